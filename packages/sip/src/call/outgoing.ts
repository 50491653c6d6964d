import { createRequest } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import { type NameAddr, parseNameAddr, withTag } from '../message/name-addr.ts'
import { sdpContent } from '../session/body.ts'
import { type CallEffect, sendRequest } from '../session/effects.ts'
import { capabilityHeaders, contactOf, type SessionProfile } from '../session/profile.ts'
import { timerHeaders } from '../session/timers.ts'
import { LEAST_INTERVAL } from '../session-timer/negotiate.ts'
import type { CallStep, Outgoing, OutgoingOrder } from './call.ts'

const address = (text: string): NameAddr => parseNameAddr(text) ?? { uri: text, params: [] }

/** The INVITE that is out, without its Via: always the same from the same state. */
export function inviteOf({ order, profile, target, cseq, credentials, minSe }: Outgoing): SipRequest {
  const { routes, maxForwards } = order
  return createRequest({
    method: 'INVITE',
    uri: target,
    from: withTag(address(order.from), order.localTag),
    to: address(order.to),
    callId: order.callId,
    cseq,
    contact: contactOf(profile),
    ...(routes === undefined ? {} : { routes }),
    ...(maxForwards === undefined ? {} : { maxForwards }),
    headers: [
      ...capabilityHeaders(profile),
      ...timerHeaders({ minSe, profile }),
      ...(order.headers ?? []),
      ...credentials,
    ],
    ...sdpContent(order.offer),
  })
}

/** A call of ours: sends the INVITE. Tells `progress`, andThen `answered` or `ended`. */
export function startOutgoing(order: OutgoingOrder, profile: SessionProfile): CallStep<Outgoing> {
  const call: Outgoing = {
    version: 1,
    kind: 'outgoing',
    phase: 'calling',
    order,
    profile,
    target: order.target,
    cseq: 1,
    credentials: [],
    challenges: 0,
    retries: 0,
    minSe: profile.timer?.minSe ?? LEAST_INTERVAL,
    early: [],
    targets: [],
    tried: [order.target],
  }
  return { call, effects: [sendInvite(call)] }
}

/** The INVITE that is out: each time in the same transaction, where the order names a branch. */
export const sendInvite = (call: Outgoing): CallEffect =>
  sendRequest(
    inviteOf(call),
    call.order.branch === undefined ? undefined : `${call.order.branch}c${call.cseq}`,
  )

/** The INVITE again, with the next CSeq and what has changed (RFC 3261 §8.1.3.5). */
export function inviteAgain({ challenged: _, unreached: __, ...call }: Outgoing): CallStep<Outgoing> {
  const next: Outgoing = { ...call, phase: 'calling', cseq: call.cseq + 1, early: [] }
  return { call: next, effects: [sendInvite(next)] }
}
