import { NO_BODY, type SipResponse } from '../message/message.ts'
import { type CallEffect, tell } from '../session/effects.ts'
import { isChallenge, MOST_CHALLENGES } from '../session/own-requests.ts'
import { minSeOf } from '../session-timer/headers.ts'
import type { CallInput, CallStep, Outgoing } from './call.ts'
import { notAnswered } from './outcome.ts'
import { inviteAgain } from './outgoing.ts'
import { remoteTagOf } from './outgoing-early.ts'
import { isRedirection, redirected } from './redirect.ts'

type Step = CallStep<Outgoing>

const MOST_RETRIES = 3

/** A final answer of 300 to 699 to our INVITE (RFC 3261 §8.1.3). */
export function failed(call: Outgoing, response: SipResponse): Step {
  const { status } = response
  if (isChallenge(response) && call.challenges < MOST_CHALLENGES) return challenged(call, response)
  if (isUnreached(call, response)) return unreached(call, response)
  const canRetry = call.retries < MOST_RETRIES
  const least = status === 422 ? minSeOf(response) : undefined
  // RFC 4028 §7.3: the shortest interval that would do is named; the INVITE is sent again with it.
  if (canRetry && least !== undefined && least > call.minSe)
    return inviteAgain({ ...call, minSe: least, retries: call.retries + 1 })
  // RFC 3261 §21.4.27: something else is pending; §14.1 has the times.
  if (canRetry && status === 491) return paused({ ...call, retries: call.retries + 1 }, later)
  return nextTarget(isRedirection(response) ? redirect(call, response) : call, response)
}

const later: CallEffect = { type: 'start random timer', name: 'offer again', fromMs: 2100, toMs: 4000 }

const paused = (call: Outgoing, ...effects: readonly CallEffect[]): Step => ({
  call: { ...call, phase: 'paused', early: [] },
  effects,
})

/**
 * RFC 3263 §4.3: a 503, or nobody at all (a 408 of our own has no tag). Once somebody rang, another host might ring them twice.
 */
const isUnreached = (call: Outgoing, response: SipResponse): boolean =>
  mayGoElsewhere(call) &&
  (response.status === 503 || (response.status === 408 && remoteTagOf(response) === ''))

const mayGoElsewhere = ({ order, early, targets }: Outgoing): boolean =>
  order.failsOver === true && early.length === 0 && targets.length === 0

function unreached(call: Outgoing, response: SipResponse): Step {
  const { cseq } = call
  return paused({ ...call, unreached: response.status }, tell({ type: 'unreached', cseq, response }))
}

/**
 * Nobody is waited for until Timer B; undefined when it is too late for that. RFC 3261 §9.1: the layer holds the CANCEL back
 * until a provisional response came, so that an INVITE which arrives yet rings for a moment at most.
 */
export function movedOn(call: Outgoing): Step | undefined {
  if (!mayGoElsewhere(call)) return undefined
  const step = unreached(call, localStatus(408))
  return { ...step, effects: [{ type: 'cancel', cseq: call.cseq, headers: [] }, ...step.effects] }
}

/** RFC 3263 §4.3: the same call somewhere else; what was shown to the former host is for that one only. */
export function tryTarget(call: Outgoing, input: Extract<CallInput, { type: 'try' }>): Step {
  const { target, routes = call.order.routes, offer = call.order.offer, profile = call.profile } = input
  if (target === undefined) return givenUp(call, localStatus(call.unreached ?? 503))
  const order = { ...call.order, offer, ...(routes === undefined ? {} : { routes }) }
  return inviteAgain({ ...call, order, profile, target, credentials: [], challenges: 0 })
}

/** RFC 3261 §22.2, §22.3: the user is asked for credentials. */
function challenged(call: Outgoing, response: SipResponse): Step {
  const { target: uri, cseq } = call
  const waiting: Outgoing = { ...call, challenged: response.status, challenges: call.challenges + 1 }
  return paused(waiting, tell({ type: 'challenged', method: 'INVITE', uri, cseq, response }))
}

function redirect(call: Outgoing, response: SipResponse): Outgoing {
  const { targets, tried } = call
  const secure = /^sips:/i.test(call.order.target)
  return { ...call, targets: redirected(response, { targets, tried, secure }) }
}

/** The next of the targets that a 3xx named, while there are some, they may be tried, and nobody said 6xx (§16.7 step 5). */
function nextTarget(call: Outgoing, response: SipResponse): Step {
  const [target, ...targets] = call.targets
  const isLeft = call.tried.length <= (call.order.redirects ?? 0)
  if (target === undefined || !isLeft || response.status >= 600) return givenUp(call, response)
  return inviteAgain({
    ...call,
    target: target.uri,
    targets,
    tried: [...call.tried, target.uri],
    // Credentials belong to whom they were made for.
    credentials: [],
    challenges: 0,
  })
}

const givenUp = (call: Outgoing, response: SipResponse): Step => ({
  call: { ...call, phase: 'over', early: [] },
  effects: [tell({ type: 'ended', ending: notAnswered(response) }), tell({ type: 'over' })],
})

/** The user has no credentials: the challenge is the answer. */
export const unauthorized = (call: Outgoing): Step => givenUp(call, localStatus(call.challenged ?? 401))

const localStatus = (status: number): SipResponse => ({
  kind: 'response',
  status,
  reason: '',
  headers: [],
  body: NO_BODY,
})
