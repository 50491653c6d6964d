import type { CallerMedia, CallFacts, CallInput, CallState } from '../call.state.ts'

/** The moment at which all of them stand. ms since the epoch. */
export const noon = 1_700_000_000_000

export const terms = {
  id: 'queue-1',
  name: 'Support',
  language: 'en',
  greeting: 'en/greeting',
  waitLimitMs: 600_000,
  ringMs: 30_000,
  wrapUpMs: 10_000,
  returnLimitMs: 30_000,
} as const

const line = { worker: 0, endpoint: 'line:ann:1' }

export function createTestFacts(
  change: Partial<CallFacts> = {},
  media: Partial<CallerMedia> = {},
): CallFacts {
  return {
    call: 'call-1',
    organization: 'org-1',
    direction: 'in',
    number: '+15550100',
    caller: 'caller-1',
    identity: null,
    queue: terms,
    leg: { id: 'leg-1', kind: 'sip' },
    media: { state: 'up', worker: 0, endpoint: 'caller:call-1', port: 40_000, since: noon - 5_000, ...media },
    arrivedAt: noon - 20_000,
    answeredAt: null,
    ...change,
  }
}

type StateOf = { [Type in CallState['type']]: Extract<CallState, { type: Type }> }

/** One call in each state; `ann` has it where an operator does, `ann` and `bob` are rung where it rings. */
export function createTestStates(facts: CallFacts = createTestFacts()): StateOf {
  const waiting = {
    facts,
    queuedAt: noon - 10_000,
    deadline: noon + 590_000,
    announcement: { number: 1, position: 1, staffed: true },
    passed: [],
  }
  const talked = { ...facts, answeredAt: facts.answeredAt ?? noon - 8_000 }
  const talk = { facts: talked, operator: 'ann', joinedAt: noon - 8_000 }
  const opening = { ...facts, media: { ...facts.media, state: 'opening', port: null } } satisfies CallFacts
  const ending = { result: 'completed', reason: 'hung-up-by-caller' } as const
  const waitLimit = { result: 'internal', reason: 'wait-limit' } as const
  return {
    arriving: { type: 'arriving', facts: opening, deadline: noon + 60_000 },
    dialing: {
      type: 'dialing',
      facts: { ...facts, direction: 'out' },
      operator: 'ann',
      line,
      dialledAt: noon - 4_000,
      deadline: noon + 56_000,
      progress: 'calling',
    },
    flow: { type: 'flow', facts, step: 'greeting', deadline: noon + 30_000 },
    queued: { type: 'queued', ...waiting },
    offered: {
      type: 'offered',
      ...waiting,
      offers: [
        { operator: 'ann', ringsUntil: noon + 30_000 },
        { operator: 'bob', ringsUntil: noon + 30_000 },
      ],
    },
    connected: { type: 'connected', ...talk, line },
    held: { type: 'held', ...talk, line, heldAt: noon - 1_000 },
    parked: { type: 'parked', ...talk, parkedAt: noon - 1_000, deadline: noon + 29_000, was: 'connected' },
    leaving: { type: 'leaving', facts, clip: 'goodbye', ending: waitLimit, deadline: noon + 15_000 },
    wrapping: {
      type: 'wrapping',
      facts: talked,
      operator: 'ann',
      ending,
      endedAt: noon,
      deadline: noon + 10_000,
    },
    ended: { type: 'ended', facts: talked, ending, endedAt: noon },
  }
}

type InputOf = { [Type in CallInput['type']]: Extract<CallInput, { type: Type }> }

/** One input of each type, as it comes in for the calls of `createTestStates`. */
export function createTestInputs(): InputOf {
  return {
    arrived: { type: 'arrived' },
    dialled: { type: 'dialled', operator: 'ann' },
    'media up': { type: 'media up', worker: 0, endpoint: 'caller:call-1', port: 40_002 },
    'media lost': { type: 'media lost' },
    'media possible': { type: 'media possible', worker: 0 },
    'media failed': {
      type: 'media failed',
      ending: { result: 'upstream', reason: 'no-common-codec' },
    },
    answered: { type: 'answered' },
    identified: { type: 'identified', identity: 'A' },
    progress: { type: 'progress', earlyMedia: true },
    played: { type: 'played', playlist: 'another' },
    place: { type: 'place', position: 2, staffed: true },
    'offers made': { type: 'offers made', operators: ['cat'] },
    declined: { type: 'declined', operator: 'ann' },
    'offer withdrawn': { type: 'offer withdrawn', operator: 'ann' },
    accepted: { type: 'accepted', operator: 'ann', line },
    hold: { type: 'hold', operator: 'ann' },
    resume: { type: 'resume', operator: 'ann' },
    'operator hung up': { type: 'operator hung up', operator: 'ann' },
    'operator away': { type: 'operator away', operator: 'ann' },
    'operator back': { type: 'operator back', operator: 'ann', line: { worker: 0, endpoint: 'line:ann:2' } },
    'wrapped up': { type: 'wrapped up', operator: 'ann' },
    'leg ended': { type: 'leg ended', cause: 'far end hung up' },
    timer: { type: 'timer', name: 'deadline' },
    recovered: {
      type: 'recovered',
      media: { worker: 0, endpoint: 'caller:call-1' },
      line,
      ringing: ['ann', 'bob'],
    },
    stopped: { type: 'stopped' },
  }
}
