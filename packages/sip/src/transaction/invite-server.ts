import { createResponse } from '../message/build.ts'
import { isProvisional, isSuccess, type SipRequest, type SipResponse } from '../message/message.ts'
import { T1, T2, T4, TIMEOUT, TRYING_DELAY } from './timers.ts'
import {
  type Step as AnyStep,
  type InviteServerState as State,
  send,
  sendAgain,
  startTimer,
  stopTimer,
  type TransactionInput,
  tellUser,
  terminated,
  unexpected,
} from './transaction.ts'

type Step = AnyStep<State>
type In<Name extends State['name']> = Extract<State, { name: Name }>

const context = ({ machine, reliable, request }: State) => ({ machine, reliable, request })

/**
 * RFC 3261 §17.2.1: a 100 ends the repetition of the INVITE while the user decides. It goes out at once, or, where it is
 * `delayed`, after 200 ms unless the user has answered by then.
 */
export function startInviteServer(order: {
  request: SipRequest
  reliable: boolean
  delayed?: boolean
}): Step {
  const { request, reliable } = order
  const last = createResponse(request, 100)
  const state: State = { machine: 'INVITE server', reliable, request, name: 'proceeding', last }
  const told = tellUser({ type: 'request', request })
  return order.delayed
    ? { state: { ...state, unsent: true }, effects: [startTimer('trying', TRYING_DELAY), told] }
    : { state, effects: [send(last), told] }
}

export function inviteServer(state: State, input: TransactionInput): Step {
  // RFC 6026 §8.8: a transport error is told to the user, and the server transaction stays where it is.
  if (input.type === 'transport error' && state.name !== 'terminated') {
    return { state, effects: [tellUser({ type: 'transport error' })] }
  }
  switch (state.name) {
    case 'proceeding':
      return proceeding(state, input)
    case 'completed':
      return completed(state, input)
    case 'confirmed':
      return confirmed(state, input)
    case 'accepted':
      return accepted(state, input)
    case 'terminated':
      return unexpected(state, input)
  }
}

// RFC 3261 §17.2.1: a retransmitted INVITE in "Proceeding" gets the last provisional response again.
function proceeding(state: In<'proceeding'>, input: TransactionInput): Step {
  switch (input.type) {
    case 'request':
      if (input.request.method !== 'INVITE') return unexpected(state, input)
      return state.unsent ? sayTrying(state) : { state, effects: [sendAgain(state.last)] }
    case 'respond': {
      const step = isProvisional(input.response)
        ? progress(state, input.response)
        : answerFinally(state, input.response)
      return state.unsent ? { ...step, effects: [stopTimer('trying'), ...step.effects] } : step
    }
    case 'timer':
      return input.name === 'trying' && state.unsent ? sayTrying(state) : unexpected(state, input)
    default:
      return unexpected(state, input)
  }
}

const progress = (state: In<'proceeding'>, last: SipResponse): Step => ({
  state: { ...context(state), name: 'proceeding', last },
  effects: [send(last)],
})

function sayTrying(state: In<'proceeding'>): Step {
  const { effects, ...rest } = progress(state, state.last)
  return { ...rest, effects: [stopTimer('trying'), ...effects] }
}

function answerFinally(state: State, response: SipResponse): Step {
  // RFC 6026 §7.1: a 2xx leads to "Accepted" for Timer L; the user repeats the 2xx, the transaction does not.
  if (isSuccess(response)) {
    return {
      state: { ...context(state), name: 'accepted' },
      effects: [send(response), startTimer('L', TIMEOUT)],
    }
  }
  // RFC 3261 §17.2.1: a 300-699 is repeated by Timer G over unreliable transports until the ACK, or Timer H.
  const repeats = state.reliable ? [] : [startTimer('G', T1)]
  return {
    state: { ...context(state), name: 'completed', last: response, interval: T1 },
    effects: [send(response), ...repeats, startTimer('H', TIMEOUT)],
  }
}

function completed(state: In<'completed'>, input: TransactionInput): Step {
  switch (input.type) {
    case 'request':
      if (input.request.method === 'ACK') return acknowledged(state)
      return input.request.method === 'INVITE'
        ? { state, effects: [sendAgain(state.last)] }
        : unexpected(state, input)
    case 'timer':
      return input.name === 'G'
        ? repeat(state)
        : input.name === 'H'
          ? timedOut(state)
          : unexpected(state, input)
    default:
      return unexpected(state, input)
  }
}

// RFC 3261 §17.2.1: Timer G doubles up to T2.
function repeat(state: In<'completed'>): Step {
  if (state.reliable) return { state, effects: [] }
  const interval = Math.min(state.interval * 2, T2)
  return { state: { ...state, interval }, effects: [sendAgain(state.last), startTimer('G', interval)] }
}

// RFC 3261 §17.2.1: Timer H in "Completed": no ACK came; the user is told.
const timedOut = (state: State): Step => ({
  state: { ...context(state), name: 'terminated' },
  effects: [stopTimer('G'), tellUser({ type: 'timeout' }), terminated('timeout')],
})

// RFC 3261 §17.2.1: the ACK leads to "Confirmed", where Timer I (zero over reliable transports) swallows repeated ACKs.
function acknowledged(state: State): Step {
  const stops = [stopTimer('G'), stopTimer('H')]
  return state.reliable
    ? { state: { ...context(state), name: 'terminated' }, effects: [...stops, terminated('normal')] }
    : { state: { ...context(state), name: 'confirmed' }, effects: [...stops, startTimer('I', T4)] }
}

function confirmed(state: In<'confirmed'>, input: TransactionInput): Step {
  if (input.type === 'request') return { state, effects: [] }
  return input.type === 'timer' && input.name === 'I' ? ended(state) : unexpected(state, input)
}

// RFC 6026 §7.1: "Accepted" swallows repeated INVITEs, hands ACKs to the user and sends the 2xx the user repeats.
function accepted(state: In<'accepted'>, input: TransactionInput): Step {
  switch (input.type) {
    case 'request':
      return input.request.method === 'ACK'
        ? { state, effects: [tellUser({ type: 'ack', request: input.request })] }
        : { state, effects: [] }
    case 'respond':
      return isSuccess(input.response)
        ? { state, effects: [sendAgain(input.response)] }
        : unexpected(state, input)
    case 'timer':
      return input.name === 'L' ? ended(state) : unexpected(state, input)
    default:
      return unexpected(state, input)
  }
}

const ended = (state: State): Step => ({
  state: { ...context(state), name: 'terminated' },
  effects: [terminated('normal')],
})
