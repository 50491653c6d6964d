import { isProvisional, type SipRequest, type SipResponse } from '../message/message.ts'
import { T1, T2, T4, TIMEOUT } from './timers.ts'
import {
  type Step as AnyStep,
  type NonInviteClientState as State,
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

/** RFC 3261 §17.1.2.2: the request is sent; Timer E repeats it over unreliable transports, Timer F gives up. */
export function startNonInviteClient({
  request,
  reliable,
}: {
  request: SipRequest
  reliable: boolean
}): Step {
  const timers = reliable ? [startTimer('F', TIMEOUT)] : [startTimer('E', T1), startTimer('F', TIMEOUT)]
  return {
    state: { machine: 'non-INVITE client', reliable, request, name: 'trying', interval: T1 },
    effects: [send(request), ...timers],
  }
}

export function nonInviteClient(state: State, input: TransactionInput): Step {
  switch (state.name) {
    case 'trying':
    case 'proceeding':
      return waiting(state, input)
    case 'completed':
      return completed(state, input)
    case 'terminated':
      return unexpected(state, input)
  }
}

function waiting(state: In<'trying'> | In<'proceeding'>, input: TransactionInput): Step {
  switch (input.type) {
    case 'timer':
      return input.name === 'E'
        ? repeat(state)
        : input.name === 'F'
          ? timedOut(state)
          : unexpected(state, input)
    case 'response':
      return responded(state, input.response)
    case 'transport error':
      return failed(state)
    default:
      return unexpected(state, input)
  }
}

// RFC 3261 §17.1.2.2: Timer E doubles up to T2 in "Trying" and is T2 in "Proceeding".
function repeat(state: In<'trying'> | In<'proceeding'>): Step {
  if (state.reliable) return { state, effects: [] }
  if (state.name === 'proceeding') return { state, effects: [sendAgain(state.request), startTimer('E', T2)] }
  const interval = Math.min(state.interval * 2, T2)
  return { state: { ...state, interval }, effects: [sendAgain(state.request), startTimer('E', interval)] }
}

// RFC 3261 §17.1.2.2: Timer F in "Trying" and "Proceeding".
const timedOut = (state: State): Step => ({
  state: { ...context(state), name: 'terminated' },
  effects: [stopTimer('E'), tellUser({ type: 'timeout' }), terminated('timeout')],
})

// RFC 3261 §17.1.4.
const failed = (state: State): Step => ({
  state: { ...context(state), name: 'terminated' },
  effects: [
    stopTimer('E'),
    stopTimer('F'),
    tellUser({ type: 'transport error' }),
    terminated('transport error'),
  ],
})

// RFC 3261 §17.1.2.2: Timers E and F run on after a provisional response; a final one leads to "Completed" for Timer K,
// which is zero over reliable transports.
function responded(state: In<'trying'> | In<'proceeding'>, response: SipResponse): Step {
  const told = tellUser({ type: 'response', response })
  if (isProvisional(response)) return { state: { ...context(state), name: 'proceeding' }, effects: [told] }
  const effects = [stopTimer('E'), stopTimer('F'), told]
  return state.reliable
    ? { state: { ...context(state), name: 'terminated' }, effects: [...effects, terminated('normal')] }
    : { state: { ...context(state), name: 'completed' }, effects: [...effects, startTimer('K', T4)] }
}

// RFC 3261 §17.1.2.2: "Completed" only swallows repeated responses until Timer K.
function completed(state: In<'completed'>, input: TransactionInput): Step {
  if (input.type === 'response') return { state, effects: [] }
  return input.type === 'timer' && input.name === 'K'
    ? { state: { ...context(state), name: 'terminated' }, effects: [terminated('normal')] }
    : unexpected(state, input)
}
