import { createAckForFailure } from '../message/build.ts'
import { isProvisional, isSuccess, type SipRequest, type SipResponse } from '../message/message.ts'
import { T1, TIMEOUT, TIMER_D } from './timers.ts'
import {
  type Step as AnyStep,
  type InviteClientState as State,
  send,
  sendAgain,
  startTimer,
  stopTimer,
  type TransactionEffect,
  type TransactionInput,
  tellUser,
  terminated,
  unexpected,
} from './transaction.ts'

type Step = AnyStep<State>
type In<Name extends State['name']> = Extract<State, { name: Name }>
type Context = Pick<State, 'machine' | 'reliable' | 'request'>

const context = ({ machine, reliable, request }: State): Context => ({ machine, reliable, request })

/** RFC 3261 §17.1.1.2: the INVITE is sent; Timer A repeats it over unreliable transports, Timer B gives up. */
export function startInviteClient({ request, reliable }: { request: SipRequest; reliable: boolean }): Step {
  const timers = reliable ? [startTimer('B', TIMEOUT)] : [startTimer('A', T1), startTimer('B', TIMEOUT)]
  return {
    state: { machine: 'INVITE client', reliable, request, name: 'calling', interval: T1 },
    effects: [send(request), ...timers],
  }
}

export function inviteClient(state: State, input: TransactionInput): Step {
  switch (state.name) {
    case 'calling':
      return calling(state, input)
    case 'proceeding':
      return proceeding(state, input)
    case 'completed':
      return completed(state, input)
    case 'accepted':
      return accepted(state, input)
    case 'terminated':
      return unexpected(state, input)
  }
}

function calling(state: In<'calling'>, input: TransactionInput): Step {
  switch (input.type) {
    case 'timer':
      return input.name === 'A'
        ? repeat(state)
        : input.name === 'B'
          ? timedOut(state)
          : unexpected(state, input)
    case 'response':
      return respondedIn(state, input.response, [stopTimer('A'), stopTimer('B')])
    case 'transport error':
      return failed(state, [stopTimer('A'), stopTimer('B')])
    default:
      return unexpected(state, input)
  }
}

// RFC 3261 §17.1.1.2: Timer A doubles each time, without a ceiling; Timer B ends it.
function repeat(state: In<'calling'>): Step {
  if (state.reliable) return { state, effects: [] }
  const interval = state.interval * 2
  return { state: { ...state, interval }, effects: [sendAgain(state.request), startTimer('A', interval)] }
}

// RFC 3261 §17.1.1.2: Timer B in "Calling": the user is told of a timeout, no ACK is sent.
const timedOut = (state: State): Step => ({
  state: { ...context(state), name: 'terminated' },
  effects: [stopTimer('A'), tellUser({ type: 'timeout' }), terminated('timeout')],
})

// RFC 3261 §17.1.4: a transport error is told to the user, and the transaction ends.
const failed = (state: State, stops: readonly TransactionEffect[]): Step => ({
  state: { ...context(state), name: 'terminated' },
  effects: [...stops, tellUser({ type: 'transport error' }), terminated('transport error')],
})

// RFC 3261 §17.1.1.2: in "Proceeding" nothing is repeated and provisional responses pass to the user.
function proceeding(state: In<'proceeding'>, input: TransactionInput): Step {
  return input.type === 'response' ? respondedIn(state, input.response, []) : unexpected(state, input)
}

function respondedIn(
  state: In<'calling'> | In<'proceeding'>,
  response: SipResponse,
  stops: readonly TransactionEffect[],
): Step {
  const effects = [...stops, tellUser({ type: 'response', response })]
  if (isProvisional(response)) return { state: { ...context(state), name: 'proceeding' }, effects }
  // RFC 6026 §7.2: a 2xx leads to "Accepted", where repeated and forked 2xx reach the user until Timer M.
  if (isSuccess(response)) {
    return { state: { ...context(state), name: 'accepted' }, effects: [...effects, startTimer('M', TIMEOUT)] }
  }
  return refused(state, response, effects)
}

// RFC 3261 §17.1.1.2: a 300-699 is acknowledged by the transaction; Timer D is zero over reliable transports.
function refused(state: State, response: SipResponse, effects: readonly TransactionEffect[]): Step {
  const ack = createAckForFailure(state.request, response)
  if (state.reliable) {
    return {
      state: { ...context(state), name: 'terminated' },
      effects: [...effects, send(ack), terminated('normal')],
    }
  }
  return {
    state: { ...context(state), name: 'completed', ack },
    effects: [...effects, send(ack), startTimer('D', TIMER_D)],
  }
}

// RFC 3261 §17.1.1.2: a repeated failure gets the ACK again and does not reach the user.
function completed(state: In<'completed'>, input: TransactionInput): Step {
  if (input.type === 'response' && input.response.status >= 300)
    return { state, effects: [sendAgain(state.ack)] }
  if (input.type === 'timer' && input.name === 'D') return ended(state)
  return input.type === 'transport error' ? failed(state, [stopTimer('D')]) : unexpected(state, input)
}

// RFC 6026 §7.2: each 2xx reaches the user; everything else is dropped; a transport error changes nothing here.
function accepted(state: In<'accepted'>, input: TransactionInput): Step {
  if (input.type === 'response' && isSuccess(input.response)) {
    return { state, effects: [tellUser({ type: 'response', response: input.response })] }
  }
  if (input.type === 'transport error') return { state, effects: [tellUser({ type: 'transport error' })] }
  return input.type === 'timer' && input.name === 'M' ? ended(state) : unexpected(state, input)
}

const ended = (state: State): Step => ({
  state: { ...context(state), name: 'terminated' },
  effects: [terminated('normal')],
})
