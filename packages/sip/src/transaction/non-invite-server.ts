import { isProvisional, type SipRequest } from '../message/message.ts'
import { TIMEOUT } from './timers.ts'
import {
  type Step as AnyStep,
  type NonInviteServerState as State,
  send,
  sendAgain,
  startTimer,
  type TransactionInput,
  tellUser,
  terminated,
  unexpected,
} from './transaction.ts'

type Step = AnyStep<State>
type In<Name extends State['name']> = Extract<State, { name: Name }>

const context = ({ machine, reliable, request }: State) => ({ machine, reliable, request })

/** RFC 3261 §17.2.2: the request goes to the user; nothing is sent before the user answers. */
export const startNonInviteServer = ({
  request,
  reliable,
}: {
  request: SipRequest
  reliable: boolean
}): Step => ({
  state: { machine: 'non-INVITE server', reliable, request, name: 'trying' },
  effects: [tellUser({ type: 'request', request })],
})

export function nonInviteServer(state: State, input: TransactionInput): Step {
  // RFC 6026 §8.8: a transport error is told to the user, and the server transaction stays where it is.
  if (input.type === 'transport error' && state.name !== 'terminated') {
    return { state, effects: [tellUser({ type: 'transport error' })] }
  }
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

// RFC 3261 §17.2.2: a repeated request is dropped in "Trying" and gets the last provisional response in "Proceeding".
function waiting(state: In<'trying'> | In<'proceeding'>, input: TransactionInput): Step {
  if (input.type === 'request')
    return { state, effects: state.name === 'trying' ? [] : [sendAgain(state.last)] }
  if (input.type !== 'respond') return unexpected(state, input)
  const { response } = input
  if (isProvisional(response)) {
    return { state: { ...context(state), name: 'proceeding', last: response }, effects: [send(response)] }
  }
  // RFC 3261 §17.2.2: Timer J is zero over reliable transports.
  return state.reliable
    ? { state: { ...context(state), name: 'terminated' }, effects: [send(response), terminated('normal')] }
    : {
        state: { ...context(state), name: 'completed', last: response },
        effects: [send(response), startTimer('J', TIMEOUT)],
      }
}

// RFC 3261 §17.2.2: a repeated request gets the final response again; other answers of the user are dropped.
function completed(state: In<'completed'>, input: TransactionInput): Step {
  if (input.type === 'request') return { state, effects: [sendAgain(state.last)] }
  return input.type === 'timer' && input.name === 'J'
    ? { state: { ...context(state), name: 'terminated' }, effects: [terminated('normal')] }
    : unexpected(state, input)
}
