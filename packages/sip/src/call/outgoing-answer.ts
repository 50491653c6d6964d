import { confirmDialog, createUacDialog } from '../dialog/create.ts'
import { createAck } from '../dialog/in-dialog-request.ts'
import type { SipResponse } from '../message/message.ts'
import { sdpOf } from '../session/body.ts'
import { createSession, learnAllow } from '../session/create-session.ts'
import { type CallEffect, sendAck, sendRequest, tell } from '../session/effects.ts'
import { sayBye } from '../session/ending.ts'
import { type MediaState, NO_MEDIA, settle, weOffer } from '../session/media.ts'
import { sendWaitingOffer } from '../session/own-offer.ts'
import { andThen, type Session, step } from '../session/session.ts'
import { setTimer, timerAfter } from '../session/timers.ts'
import type { CallStep, EarlyDialog, Outgoing } from './call.ts'
import { declineAnswer } from './decline-answer.ts'
import { inviteOf } from './outgoing.ts'
import { earlyOf, remoteTagOf } from './outgoing-early.ts'

type Step = CallStep<Outgoing>

/** RFC 3261 §13.2.2.4: the first 2xx is the call; it is acknowledged at once. */
export function answered(call: Outgoing, response: SipResponse): Step {
  const early = earlyOf(call, remoteTagOf(response))
  const session = confirmed(call, early, response)
  if (session === undefined) return withoutDialog(call)
  const media = agreed(session.media, sdpOf(response) ?? early?.preview)
  const next: Session = { ...session, media, phase: 'confirmed' }
  // RFC 3261 §22.1: an ACK cannot be challenged; it shows what its INVITE showed.
  const ack = sendAck(createAck(next.dialog, response, { headers: call.credentials }))
  const { remote } = media
  const steps =
    remote === undefined
      ? sayBye(next, { type: 'lost', cause: 'no session' })
      : andThen(
          andThen(step(next, tell({ type: 'answered', sdp: remote })), withTimer(response)),
          sendWaitingOffer,
        )
  return {
    call: { ...call, phase: 'answered', session: steps.session, early: [], targets: [] },
    effects: [ack, ...steps.effects],
  }
}

const withTimer = (response: SipResponse) => (session: Session) =>
  setTimer(session, timerAfter(session, response))

// RFC 3261 §13.2.1: what a reliable response settled stands; else the answer is in the 2xx, or, from peers that forget
// it there, in the response that was heard before.
const agreed = (media: MediaState, sdp: string | undefined): MediaState =>
  media.remote === undefined && media.state === 'we offered' && sdp !== undefined ? settle(media, sdp) : media

function confirmed(
  call: Outgoing,
  early: EarlyDialog | undefined,
  response: SipResponse,
): Session | undefined {
  if (early !== undefined) {
    const { session } = early
    return learnAllow({ ...session, dialog: confirmDialog(session.dialog, response) }, response)
  }
  const made = createUacDialog({ request: inviteOf(call), response })
  if (!made.ok) return undefined
  const media = weOffer(NO_MEDIA, call.order.offer)
  return createSession({ dialog: made.dialog, profile: call.profile, media, from: response })
}

/** A 2xx without Contact or tag: there is no way to the far end. */
const withoutDialog = (call: Outgoing): Step => ({
  call: { ...call, phase: 'over', early: [] },
  effects: [
    tell({
      type: 'ended',
      ending: { type: 'not answered', outcome: 'failed', status: 200, text: 'The answer cannot be used.' },
    }),
    tell({ type: 'over' }),
  ],
})

/** RFC 3261 §13.2.2.4 and §9.1: a 2xx that is not the call is acknowledged and ended. */
export function surplus(response: SipResponse): CallEffect[] {
  const declined = declineAnswer(response)
  return declined === undefined ? [] : [sendAck(declined.ack), sendRequest(declined.bye)]
}
