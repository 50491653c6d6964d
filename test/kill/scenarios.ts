import type { CallInput, CallState } from '../../apps/gateway/src/calls/index.ts'
import type { Scene, Stage } from './scene.ts'
import type { Terms } from './terms.ts'

/** Causes that reach all calls of a gateway at once: scenarios with the same one share a round. */
export type SharedCause = 'worker killed' | 'control killed' | 'gateway stopped'

export type Scenario = {
  /** Where the call is brought first; the state itself unless told. */
  from?: Stage
  terms?: Partial<Terms>
  cause: SharedCause | ((scene: Scene) => unknown)
  /** What it causes cannot but be heard. */
  breaksAudio?: boolean
  /** What happens next, while the control that a shared cause killed is away. */
  meanwhile?: (scene: Scene) => unknown
}

export type State = CallState['type'] | 'none'
export type Input = CallInput['type']

const begins = 'an arrival begins a call, and no call begins twice'
const dialledOnce = 'an operator dials a call, and none is dialled twice'
const calledUs = 'the far end called us: it does not ring there'
const notAnswered = 'nobody talks before the far end has answered'
const portFirst = 'a port is opened before anything is dialled; a worker that cannot is away'
const answeredOnce = 'the ACK comes once, in arriving; later ones belong to no pending answer'
const noAuthority =
  'no authority is configured here, so nobody is verified; a control that dies meanwhile: see caller-identity.test.ts'
const nothingPlays = 'nothing with an end is played to this caller'
const notWaiting = 'places are told to waiting callers only'
const noOffers = 'offers are made to waiting callers only'
const notRinging = 'no page shows a call that does not ring to accept or decline: refused without an entry'
const notTalking =
  'no page shows a call that is not talked on to hold, resume or hang up: refused without an entry'
const noOperator = 'no operator belongs to the call'
const longLimit = 'the only timer is a limit of 15 s to 60 s that nobody can shorten from outside'
const openedBefore =
  'opening audio fails for want of a common codec, which is found out in arriving; later the same is opened again'
const callerGone = 'the caller and their audio are gone: nothing is left to say this'
const over = 'the call is over and has no mailbox'
const lineToo =
  "whatever takes a telephone's audio takes the operator's line too, which parks the call first (carrier streams: see twilio.test.ts)"
const offerToo =
  "whatever takes a telephone's audio takes the line of whoever it rings, too: the offer is withdrawn first"
const lineFirst = 'a new line takes the old one away first, which parks the call'

const inputs = Object.keys({
  arrived: 0,
  dialled: 0,
  'media up': 0,
  'media lost': 0,
  'media possible': 0,
  'media failed': 0,
  answered: 0,
  progress: 0,
  identified: 0,
  played: 0,
  place: 0,
  'offers made': 0,
  declined: 0,
  'offer withdrawn': 0,
  accepted: 0,
  hold: 0,
  resume: 0,
  'operator hung up': 0,
  'operator away': 0,
  'operator back': 0,
  'wrapped up': 0,
  'leg ended': 0,
  timer: 0,
  recovered: 0,
  stopped: 0,
} satisfies Record<Input, 0>) as Input[]

const lost = { 'media lost': worker(), 'media possible': worker(), 'media up': worker() }
const fromOutside = { recovered: control(), stopped: stop() }
const callerHangsUp: Scenario = { cause: scene => scene.hangUp() }

function worker(): Scenario {
  return { cause: 'worker killed' }
}
function control(): Scenario {
  return { cause: 'control killed' }
}
function stop(): Scenario {
  return { cause: 'gateway stopped' }
}

/** A greeting that does not end while a scenario is made ready. */
const longGreeting = { terms: { greeting: 'music' } }
const shortWait = { terms: { wait_limit_s: 1 } }

const waitsForNobody = {
  arrived: begins,
  dialled: dialledOnce,
  progress: calledUs,
  answered: answeredOnce,
  identified: noAuthority,
  'media failed': openedBefore,
  'offer withdrawn': notRinging,
  declined: notRinging,
  accepted: notRinging,
  hold: notTalking,
  resume: notTalking,
  'operator hung up': notTalking,
  'operator away': noOperator,
  'operator back': noOperator,
  'wrapped up': noOperator,
} as const

const talks = {
  arrived: begins,
  dialled: dialledOnce,
  progress: calledUs,
  answered: answeredOnce,
  identified: noAuthority,
  'media failed': openedBefore,
  played: nothingPlays,
  place: notWaiting,
  'offers made': noOffers,
  declined: notRinging,
  'offer withdrawn': notRinging,
  accepted: notRinging,
  'wrapped up': 'the page shows a talk, and whoever goes on a break in it has wished for afterwards',
} as const

const nothing = <R extends string>(reason: R): Record<Input, R> =>
  Object.fromEntries(inputs.map(input => [input, reason])) as Record<Input, R>

/**
 * Every input in every state: how it is caused from outside, or why it cannot be. The types demand a row for a new state
 * and a column for a new input.
 */
export const scenarios: Record<State, Record<Input, Scenario | string>> = {
  none: {
    ...nothing('there is no call that could be told'),
    arrived: { cause: scene => scene.call() },
    dialled: { cause: scene => scene.dial() },
  },
  arriving: {
    ...waitsForNobody,
    ...fromOutside,
    'media lost': worker(),
    'media possible': worker(),
    'media up': { from: 'none', cause: scene => scene.call() },
    'media failed': {
      from: 'none',
      // G.729 alone (RFC 3551 §4.5.6), which we do not speak.
      cause: scene =>
        scene.call({
          offers: sdp => sdp.replace('RTP/AVP 0 ', 'RTP/AVP 18 ').replace('rtpmap:0 PCMU', 'rtpmap:18 G729'),
        }),
    },
    answered: { cause: scene => scene.caller.acknowledge() },
    'leg ended': callerHangsUp,
    played: nothingPlays,
    place: notWaiting,
    'offers made': noOffers,
    timer: longLimit,
  },
  dialing: {
    ...nothing(notAnswered),
    ...fromOutside,
    arrived: begins,
    dialled: dialledOnce,
    'media lost': worker(),
    'media possible': offerToo,
    'media up': { from: 'none', cause: scene => scene.dial() },
    'media failed': portFirst,
    progress: { cause: scene => scene.ring() },
    answered: { cause: scene => scene.pickUp() },
    identified: 'whom we call shows no identity',
    played: nothingPlays,
    place: notWaiting,
    'offers made': noOffers,
    declined: notRinging,
    'offer withdrawn': notRinging,
    accepted: notRinging,
    'operator hung up': { cause: operatorHangsUp },
    'operator away': { cause: scene => scene.operator.leave() },
    'operator back': lineFirst,
    'leg ended': { cause: scene => scene.beBusy() },
    timer: longLimit,
  },
  flow: {
    ...waitsForNobody,
    ...shared(longGreeting),
    played: { from: 'none', terms: { greeting: 'en/1' }, cause: scene => scene.call() },
    'leg ended': { ...longGreeting, ...callerHangsUp },
    place: notWaiting,
    'offers made': noOffers,
    timer: longLimit,
  },
  queued: {
    ...waitsForNobody,
    ...shared({}),
    played: nothingPlays,
    place: { from: 'none', cause: scene => scene.call() },
    'offers made': { cause: scene => scene.operator.goAvailable() },
    'leg ended': callerHangsUp,
    timer: { from: 'none', ...shortWait, cause: scene => scene.call() },
  },
  offered: {
    ...waitsForNobody,
    ...shared({}),
    'media up': offerToo,
    played: nothingPlays,
    place: { cause: scene => scene.callAgain() },
    'offers made': { cause: scene => scene.lane.second.goAvailable() },
    declined: { cause: scene => scene.operator.decline() },
    'offer withdrawn': { cause: scene => scene.operator.leave() },
    accepted: { cause: scene => scene.operator.accept() },
    'leg ended': callerHangsUp,
    timer: { terms: { ring_s: 2 }, cause: () => undefined },
  },
  connected: {
    ...talks,
    ...shared({}),
    hold: { cause: scene => scene.operator.hold() },
    resume: 'the page of a talk shows no resume: refused without an entry',
    'operator hung up': { cause: operatorHangsUp },
    'operator away': { cause: scene => scene.operator.leave() },
    'media up': lineToo,
    'operator back': lineFirst,
    'leg ended': callerHangsUp,
    timer: longLimit,
  },
  held: {
    ...talks,
    ...shared({}),
    hold: 'the page of a held talk shows no hold: refused without an entry',
    resume: { cause: scene => scene.operator.resume() },
    'operator hung up': { cause: operatorHangsUp },
    'operator away': { cause: scene => scene.operator.leave() },
    'media up': lineToo,
    'operator back': lineFirst,
    'leg ended': callerHangsUp,
    timer: longLimit,
  },
  parked: {
    ...talks,
    ...shared({}),
    hold: notTalking,
    resume: notTalking,
    'operator hung up': {
      cause: async scene => {
        await scene.operator.comeBack({ line: false })
        await operatorHangsUp(scene)
      },
    },
    'operator away': 'they are away',
    'operator back': { cause: scene => scene.operator.comeBack() },
    'leg ended': callerHangsUp,
    timer: { terms: { return_limit_s: 2 }, cause: () => undefined },
  },
  leaving: {
    ...waitsForNobody,
    ...shared(shortWait),
    played: { ...shortWait, cause: () => undefined },
    'leg ended': { ...shortWait, ...callerHangsUp },
    place: notWaiting,
    'offers made': noOffers,
    timer: longLimit,
  },
  wrapping: {
    ...nothing(callerGone),
    ...fromOutside,
    arrived: begins,
    dialled: dialledOnce,
    'wrapped up': { cause: scene => scene.operator.command({ type: 'take a break' }) },
    timer: { terms: { wrap_up_s: 2 }, cause: () => undefined },
  },
  ended: nothing(over),
}

function shared(more: Pick<Scenario, 'terms'>) {
  const entries = Object.entries({ ...lost, ...fromOutside }).map(([input, scenario]) => [
    input,
    { ...scenario, ...more },
  ])
  return Object.fromEntries(entries) as Record<keyof typeof lost | keyof typeof fromOutside, Scenario>
}

async function operatorHangsUp(scene: Scene): Promise<void> {
  // The order may stand in the journal although its answer never came.
  scene.operatorHungUp = true
  await scene.operator.hangUp()
}
