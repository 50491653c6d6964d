import type { ReplaceableDialog, Replaces, SipRequest } from '@ringdown/sip'
import { headerLines, judgeReplaces, replacesOf } from '@ringdown/sip'
import type { Answer } from './screening.rules.ts'

/**
 * What an INVITE is answered that is to take the place of a dialog (RFC 3891 §3); undefined where it asks for nothing of the kind.
 * None of our calls goes on with another far end than it had, and `replaces` is not among what we support: whoever asks anyhow has
 * the dialog in mind, and must not be queued as a new caller beside it. Who knows Call-ID and both tags takes part in it already, so
 * that the answer gives nothing away.
 */
export function answerToReplaces(
  request: SipRequest,
  dialogsNamed: (replaces: Replaces) => readonly ReplaceableDialog[],
): Answer | undefined {
  const lines = headerLines(request, 'replaces')
  if (lines.length === 0) return undefined
  const replaces = lines.length === 1 ? replacesOf(request) : undefined
  if (!replaces) return { status: 400, headers: [] }
  const verdict = judgeReplaces(replaces, dialogsNamed(replaces))
  return verdict.type === 'refused' ? { status: verdict.status, headers: [] } : declined
}

const declined: Answer = {
  status: 603,
  headers: [{ name: 'Warning', value: '399 ringdown "A call keeps its far end, Replaces is not supported"' }],
}
