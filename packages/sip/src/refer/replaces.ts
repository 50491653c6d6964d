import type { Call } from '../call/call.ts'
import type { Dialog } from '../dialog/dialog.ts'
import type { Replaces } from '../message/fields/transfer.ts'
import type { Session } from '../session/session.ts'

/** Which dialog an INVITE with Replaces takes over, or with which status it is refused (RFC 3891 §3). */
export type ReplacesVerdict =
  /** Answer the new INVITE in place of this dialog, then hang the old call up (BYE, or CANCEL while early). */
  | { readonly type: 'replace'; readonly was: 'early' | 'confirmed' }
  /** Answer the new INVITE with this status. */
  | { readonly type: 'refused'; readonly status: 481 | 486 | 603 }

/** A dialog that an INVITE may ask to take the place of, and how far it has come. Every `Session` is one. */
export interface ReplaceableDialog {
  readonly phase: Session['phase']
  readonly dialog: Pick<Dialog, 'callId' | 'localTag' | 'remoteTag' | 'role'>
}

const refused = (status: 481 | 486 | 603): ReplacesVerdict => ({ type: 'refused', status })

// RFC 3891 §3: a tag of 0 stands for none (RFC 2543).
const matches = (asked: string, tag: string): boolean => asked === tag || (asked === '0' && tag === '')

/** The dialogs of a call, all early ones among them. */
export const replaceableDialogs = (call: Call): readonly ReplaceableDialog[] =>
  call.kind === 'incoming'
    ? [call.session]
    : [...call.early.map(({ session }) => session), ...(call.session === undefined ? [] : [call.session])]

const isNamed = (replaces: Replaces, { dialog }: ReplaceableDialog): boolean =>
  dialog.callId === replaces.callId &&
  matches(replaces.toTag, dialog.localTag) &&
  matches(replaces.fromTag, dialog.remoteTag)

/**
 * Whether an INVITE with Replaces takes the place of one of these dialogs (RFC 3891 §3): those of the call that `CallAgent.find` gives
 * for its Call-ID and to-tag, or of whoever else keeps dialogs. Who may replace whom is for the user to decide.
 */
export function judgeReplaces(replaces: Replaces, dialogs: readonly ReplaceableDialog[]): ReplacesVerdict {
  const named = dialogs.find(candidate => isNamed(replaces, candidate))
  if (named === undefined) return refused(481)
  switch (named.phase) {
    // §3: a dialog that is over has nothing to be replaced; 603 says that the caller should not go on.
    case 'ending':
    case 'over':
      return refused(603)
    // §3: `early-only` protects a call that was answered meanwhile.
    case 'confirmed':
      return replaces.earlyOnly ? refused(486) : { type: 'replace', was: 'confirmed' }
    // §3: only the one who called may have an early dialog replaced.
    case 'early':
      return named.dialog.role === 'uac' ? { type: 'replace', was: 'early' } : refused(481)
  }
}
