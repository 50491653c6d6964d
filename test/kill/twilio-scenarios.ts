import type { Play } from './plays.ts'
import type { Scenario, State } from './scenarios.ts'
import type { Scene } from './scene.ts'
import type { Terms } from './terms.ts'
import { TwilioPhone } from './twilio-phone.ts'

const noStream = 'there is no stream (yet)'
const longGreeting: Partial<Terms> = { greeting: 'music' }
const shortWait: Partial<Terms> = { wait_limit_s: 1 }

/**
 * What a stream call is brought with into each state, or why it is not. What moves a call from state to state is the same for every carrier
 * (see `scenarios.ts`): here it is what a carrier's stream does in it. The types demand a row for a new state.
 */
const states: Record<State, { terms: Partial<Terms>; stream: 'not there' | 'up' | 'over' } | string> = {
  none: noStream,
  dialing: 'carriers with streams are not called',
  arriving: { terms: {}, stream: 'not there' },
  flow: { terms: longGreeting, stream: 'up' },
  queued: { terms: {}, stream: 'up' },
  offered: { terms: {}, stream: 'up' },
  connected: { terms: {}, stream: 'up' },
  held: { terms: {}, stream: 'up' },
  parked: { terms: {}, stream: 'up' },
  leaving: { terms: shortWait, stream: 'up' },
  wrapping: { terms: {}, stream: 'over' },
  ended: 'the call is over',
}

const rows = Object.entries(states).flatMap(([state, row]) =>
  typeof row === 'string' ? [] : [{ state: state as State, ...row }],
)

/** Every state, and nothing but the stroke happens in it. */
export const playsAtRest: Play[] = rows.map(({ state, terms }) => ({
  state,
  input: 'recovered',
  scenario: { terms, cause: () => undefined },
}))

/** In every state, the stream comes to a control that has just come itself, and whose death is next. */
export const playsOfResumed: Play[] = rows.flatMap(({ state, terms, stream }): Play[] => {
  if (stream === 'over') return []
  const meanwhile = stream === 'up' ? dropStream : openStream
  return [{ state, input: 'media up', scenario: { terms, cause: 'control killed', meanwhile } }]
})

/** In every state, the stream comes for the first time, breaks, and comes back. */
export const playsOfStream: Play[] = rows.flatMap(({ state, terms, stream }): Play[] => {
  const breaks: Scenario = { terms, cause: dropStream, breaksAudio: true }
  if (stream === 'not there') return [{ state, input: 'media up', scenario: { terms, cause: openStream } }]
  if (stream === 'over') return []
  return [
    { state, input: 'media lost', scenario: breaks },
    { state, input: 'media up', scenario: breaks },
  ]
})

function openStream(scene: Scene): void {
  scene.caller.acknowledge()
}

function dropStream({ lane: { phone } }: Scene): void {
  if (!(phone instanceof TwilioPhone)) throw new Error('only a carrier’s stream breaks')
  phone.dropStream()
}
