import type { Play } from './plays.ts'
import type { Scenario, State } from './scenarios.ts'
import type { Scene } from './scene.ts'
import type { Terms } from './terms.ts'
import { TwilioPhone } from './twilio-phone.ts'

const longGreeting: Partial<Terms> = { greeting: 'music' }
const shortWait: Partial<Terms> = { wait_limit_s: 1 }

/**
 * What a stream call is brought with into each state, or why it is not. What moves a call from state to state is the same for every carrier
 * (see `scenarios.ts`): here it is what a carrier's stream does in it. The types demand a row for a new state.
 */
const states: Record<State, { terms: Partial<Terms>; stream: 'not there' | 'up' | 'over' } | string> = {
  none: 'there is no call: see `arrival`',
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

/**
 * Every state, and nothing but the stroke happens in it. Gaps are not counted: what a busy machine makes late is left out of a carrier's
 * stream (`stream-pace.ts`), so that nothing behind it comes late for the rest of the call.
 */
export const playsAtRest: Play[] = rows.map(({ state, terms }) => ({
  state,
  input: 'recovered',
  scenario: { terms, cause: () => undefined, breaksAudio: true },
}))

/** In every state, the stream comes to a control that has just come itself, and whose death is next. */
export const playsOfResumed: Play[] = rows.flatMap(({ state, terms, stream }): Play[] => {
  if (stream === 'over') return []
  const meanwhile = stream === 'up' ? dropStream : openStream
  return [{ state, input: 'media up', scenario: { terms, cause: 'control killed', meanwhile } }]
})

const arrival: Play = { state: 'none', input: 'arrived', scenario: { cause: scene => scene.call() } }

/**
 * The call comes, and its stream; then, in every state, the stream breaks, and comes back. Twilio does not notice every break: then it is
 * the REST API that brings the stream back.
 */
export const playsOfStream: Play[] = [
  arrival,
  ...rows.flatMap(({ state, terms, stream }): Play[] => {
    const brokenBy = (cause: Scenario['cause']): Scenario => ({ terms, cause, breaksAudio: true })
    if (stream === 'not there') return [{ state, input: 'media up', scenario: { terms, cause: openStream } }]
    if (stream === 'over') return []
    return [
      { state, input: 'media lost', scenario: brokenBy(breakUnnoticed) },
      { state, input: 'media up', scenario: brokenBy(dropStream) },
    ]
  }),
]

function openStream(scene: Scene): void {
  scene.caller.acknowledge()
}

function dropStream(scene: Scene): void {
  phoneOf(scene).dropStream({ unnoticed: false })
}

function breakUnnoticed(scene: Scene): void {
  phoneOf(scene).dropStream({ unnoticed: true })
}

function phoneOf({ lane: { phone } }: Scene): TwilioPhone {
  if (phone instanceof TwilioPhone) return phone
  throw new Error('only a carrier’s stream breaks')
}
