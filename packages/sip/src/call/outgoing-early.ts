import { createUacDialog } from '../dialog/create.ts'
import { toOf } from '../message/headers.ts'
import type { SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { judgeProvisional, rackHeader } from '../reliable/provisional-receiver.ts'
import { sdpOf } from '../session/body.ts'
import { createSession, learnAllow } from '../session/create-session.ts'
import { type CallEffect, tell } from '../session/effects.ts'
import { NO_MEDIA, settle, weOffer } from '../session/media.ts'
import { sendOwn } from '../session/own-requests.ts'
import type { CallStep, EarlyDialog, Outgoing } from './call.ts'
import { inviteOf } from './outgoing.ts'

type Step = CallStep<Outgoing>

export const remoteTagOf = (response: SipResponse): string => tagOf(toOf(response)) ?? ''

const isOf =
  (tag: string) =>
  ({ session }: EarlyDialog): boolean =>
    session.dialog.remoteTag === tag

export const earlyOf = ({ early }: Outgoing, tag: string): EarlyDialog | undefined => early.find(isOf(tag))

export function withEarly(call: Outgoing, next: EarlyDialog): Outgoing {
  const tag = next.session.dialog.remoteTag
  const at = call.early.findIndex(isOf(tag))
  return { ...call, early: at < 0 ? [...call.early, next] : call.early.with(at, next) }
}

export const withoutEarly = (call: Outgoing, tag: string): Outgoing => ({
  ...call,
  early: call.early.filter(early => !isOf(tag)(early)),
})

/** A proxy that forks without end is not followed without end. */
const MOST_EARLY = 20

/** 101 to 199: each To tag is an early dialog (RFC 3261 §12.1.2, §13.2.2.1). */
export function provisional(call: Outgoing, response: SipResponse): Step {
  if (response.status === 100) return { call, effects: [] }
  const tag = remoteTagOf(response)
  // RFC 6228 §6: 199 ends one early dialog; the others go on.
  if (response.status === 199) return { call: withoutEarly(call, tag), effects: [] }
  const early = earlyOf(call, tag) ?? newEarly(call, response)
  // Without a tag there is no dialog (RFC 2543); what was said is told all the same.
  if (early === undefined) return { call, effects: [progressed(response, tag)] }
  const verdict = judgeProvisional(response, early.rseq)
  switch (verdict.type) {
    case 'drop':
      return { call, effects: [] }
    case 'unreliable': {
      const preview = sdpOf(response) ?? early.preview
      const session = learnAllow(early.session, response)
      const next = { ...early, session, ...(preview === undefined ? {} : { preview }) }
      return { call: withEarly(call, next), effects: [progressed(response, tag)] }
    }
    case 'acknowledge':
      return acknowledge(call, { early, response, rseq: verdict.rseq })
  }
}

const progressed = (response: SipResponse, remoteTag: string): CallEffect => {
  const sdp = sdpOf(response)
  return tell({ type: 'progress', status: response.status, remoteTag, ...(sdp === undefined ? {} : { sdp }) })
}

function newEarly(call: Outgoing, response: SipResponse): EarlyDialog | undefined {
  const made = createUacDialog({ request: inviteOf(call), response })
  if (!made.ok || call.early.length >= MOST_EARLY) return undefined
  const media = weOffer(NO_MEDIA, call.order.offer)
  return { session: createSession({ dialog: made.dialog, profile: call.profile, media, from: response }) }
}

// RFC 3262 §4: PRACK in the early dialog; §5: a description in a reliable response is the answer to our offer.
function acknowledge(
  call: Outgoing,
  { early, response, rseq }: { early: EarlyDialog; response: SipResponse; rseq: number },
): Step {
  const sdp = sdpOf(response)
  const learnt = learnAllow(early.session, response)
  const isAnswer = sdp !== undefined && learnt.media.state === 'we offered'
  const settled = isAnswer ? { ...learnt, media: settle(learnt.media, sdp) } : learnt
  const { session, effects } = sendOwn(settled, { method: 'PRACK', headers: [rackHeader(rseq, call.cseq)] })
  return {
    call: withEarly(call, { ...early, session, rseq }),
    effects: [...effects, progressed(response, remoteTagOf(response))],
  }
}
