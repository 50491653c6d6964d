import { callIdOf, cseqOf, fromOf, toOf } from '../message/headers.ts'
import type { SipMessage, SipRequest } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import type { Dialog } from './dialog.ts'

/** The key under which a dialog is kept: Call-ID, local tag, remote tag (RFC 3261 §12). */
export const dialogKey = (dialog: Pick<Dialog, 'callId' | 'localTag' | 'remoteTag'>): string =>
  JSON.stringify([dialog.callId, dialog.localTag, dialog.remoteTag])

function keyOf(
  message: SipMessage,
  local: string | undefined,
  remote: string | undefined,
): string | undefined {
  const callId = callIdOf(message)
  return callId === undefined || local === undefined
    ? undefined
    : dialogKey({ callId, localTag: local, remoteTag: remote ?? '' })
}

/** The dialog a received request belongs to; undefined when its To has no tag (it starts something new). */
export const dialogKeyOfRequest = (request: SipRequest): string | undefined =>
  keyOf(request, tagOf(toOf(request)), tagOf(fromOf(request)))

/** The dialog a received response belongs to. */
export const dialogKeyOfResponse = (response: SipMessage): string | undefined =>
  keyOf(response, tagOf(fromOf(response)), tagOf(toOf(response)))

/** What to do with a request in a dialog. */
export type InDialogVerdict =
  | { readonly type: 'accepted'; readonly dialog: Dialog }
  /** The same CSeq number again, in another transaction: it has been handled; drop it. */
  | { readonly type: 'repeated' }
  /** Answer with this status. */
  | { readonly type: 'refused'; readonly status: 500 | 481 }

/**
 * Checks a request that matched this dialog and advances its remote CSeq (RFC 3261 §12.2.2: a lower number is answered
 * 500). ACK and CANCEL carry the number of their INVITE and always pass. BYE passes with a repeated number: ending
 * twice does no harm.
 */
export function receiveInDialog(dialog: Dialog, request: SipRequest): InDialogVerdict {
  if (dialogKeyOfRequest(request) !== dialogKey(dialog)) return { type: 'refused', status: 481 }
  if (request.method === 'ACK' || request.method === 'CANCEL') return { type: 'accepted', dialog }
  const number = cseqOf(request)?.number ?? 0
  const last = dialog.remoteCseq ?? -1
  if (number < last) return { type: 'refused', status: 500 }
  if (number === last && request.method !== 'BYE') return { type: 'repeated' }
  return { type: 'accepted', dialog: { ...dialog, remoteCseq: number } }
}
