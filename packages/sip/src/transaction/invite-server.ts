import { createResponse } from '../message/build.ts'
import { isProvisional, isSuccess, type SipRequest, type SipResponse } from '../message/message.ts'
import { T1, T2, T4, TIMEOUT } from './timers.ts'
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

// RFC 3261 §17.2.1: a 100 goes out at once, so that the INVITE is not repeated while the user decides.
export function startInviteServer({ request, reliable }: { request: SipRequest; reliable: boolean }): Step {
  const trying = createResponse(request, 100)
  return {
    state: { machine: 'INVITE server', reliable, request, name: 'proceeding', last: trying },
    effects: [send(trying), tellUser({ type: 'request', request })],
  }
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
      return input.request.method === 'INVITE'
        ? { state, effects: [sendAgain(state.last)] }
        : unexpected(state, input)
    case 'respond':
      return isProvisional(input.response)
        ? { state: { ...state, last: input.response }, effects: [send(input.response)] }
        : answerFinally(state, input.response)
    default:
      return unexpected(state, input)
  }
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
