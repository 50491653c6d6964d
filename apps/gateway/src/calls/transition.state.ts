import type { CallInput, CallState, Step } from './call.state.ts'
import { ignored } from './call.state.ts'
import { dialing } from './dialing.state.ts'
import { connected, held, parked, wrapping } from './talking.state.ts'
import { arriving, flow, leaving, offered, queued } from './waiting.state.ts'

/** The whole life of a call. Pure: `now` (ms since the epoch) is an argument, effects follow from the states (`desired.rules.ts`). */
export function transition(state: CallState, input: CallInput, now: number): Step {
  switch (state.type) {
    case 'arriving':
      return arriving(state, input, now)
    case 'dialing':
      return dialing(state, input, now)
    case 'flow':
      return flow(state, input, now)
    case 'queued':
      return queued(state, input, now)
    case 'offered':
      return offered(state, input, now)
    case 'connected':
      return connected(state, input, now)
    case 'held':
      return held(state, input, now)
    case 'parked':
      return parked(state, input, now)
    case 'leaving':
      return leaving(state, input, now)
    case 'wrapping':
      return wrapping(state, input, now)
    case 'ended':
      return ignored
  }
}
