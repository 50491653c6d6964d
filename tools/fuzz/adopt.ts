import { callIdOf, type Dialog, fromOf, parseMessage, tagOf, toOf } from '@ringdown/sip'
import type { Corpus } from './corpus.ts'

type Names = { callId: string; callerTag: string; calleeTag: string }

/** What the recorded call was called. */
export function recordedNames(corpus: Corpus): Names {
  for (const bytes of corpus.sip) {
    const parsed = parseMessage(bytes, { transport: 'datagram' })
    if (!parsed.ok || parsed.message.kind !== 'response' || parsed.message.status !== 200) continue
    const { message } = parsed
    const [callId, callerTag, calleeTag] = [callIdOf(message), tagOf(fromOf(message)), tagOf(toOf(message))]
    if (callId && callerTag && calleeTag && message.body.length > 0) return { callId, callerTag, calleeTag }
  }
  throw new Error('the recording holds no answered call')
}

/** Gives a message of the recorded call, mutated or not, to a call that is there: then it is inside a dialog. */
export function adopted(bytes: Uint8Array, recorded: Names, dialog: Dialog): Uint8Array {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(recorded.callId, dialog.callId)
    .replaceAll(recorded.callerTag, dialog.localTag)
    .replaceAll(recorded.calleeTag, dialog.remoteTag)
  return new Uint8Array(Buffer.from(text, 'latin1'))
}
