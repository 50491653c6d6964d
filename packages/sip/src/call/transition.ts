import type { Call, CallInput, CallStep } from './call.ts'
import { incomingTransition } from './incoming-transition.ts'
import { outgoingTransition } from './outgoing-transition.ts'

/** One step of a call. Pure: store the new call, andThen carry out the effects in order. */
export const callTransition = (call: Call, input: CallInput): CallStep =>
  call.kind === 'incoming' ? incomingTransition(call, input) : outgoingTransition(call, input)
