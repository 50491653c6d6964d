import { describe, expect, test } from 'vitest'
import { type Line, type LineInput, type LinePhase, stepLine } from './line.state.ts'

const line = (phase: LinePhase): Line => ({ serial: 4, phase })
const up = line({ at: 'up', named: true })
const fresh = line({ at: 'up', named: false })
const shaky = line({ at: 'shaky', named: true })
const opening = line({ at: 'opening', attempt: 2 })
const connecting = line({ at: 'connecting', attempt: 2, named: false })
const expected = line({ at: 'connecting', attempt: 2, named: true })
const waiting = line({ at: 'waiting', attempt: 3 })
const closed = line({ at: 'closed' })

type Row = [
  title: string,
  before: Line,
  input: LineInput,
  phase: LinePhase,
  serial: number,
  effects: string[],
]

const opens = ['close peer', 'open peer', 'set timer']
const reopened: LinePhase = { at: 'opening', attempt: 0 }

const rows: Row[] = [
  ['closed and wanted, it opens a line under a new id', closed, { type: 'want' }, reopened, 5, opens],
  ['wanted while it is up, it stays', up, { type: 'want' }, up.phase, 4, []],
  ['closed, it ignores a changed network', closed, { type: 'network changed' }, closed.phase, 4, []],
  [
    'the answer leads from opening to connecting',
    opening,
    { type: 'answered', serial: 4 },
    connecting.phase,
    4,
    [],
  ],
  [
    'connected, it is up and its limit ends',
    connecting,
    { type: 'connected', serial: 4 },
    fresh.phase,
    4,
    ['clear timer'],
  ],
  [
    'connected before the answer was noticed, it is up all the same',
    opening,
    { type: 'connected', serial: 4 },
    fresh.phase,
    4,
    ['clear timer'],
  ],
  [
    'connecting when the socket came back, the next word of the gateway is the truth',
    connecting,
    { type: 'socket opened' },
    expected.phase,
    4,
    [],
  ],
  [
    'named by a view while it connects, it remembers that',
    connecting,
    { type: 'view', serial: 4 },
    expected.phase,
    4,
    [],
  ],
  [
    'unknown to a gateway that came back, it does not wait for its limit',
    expected,
    { type: 'view', serial: null },
    { at: 'opening', attempt: 2 },
    5,
    opens,
  ],
  [
    'behind an older line at a gateway that came back, it is opened anew',
    expected,
    { type: 'view', serial: 3 },
    { at: 'opening', attempt: 2 },
    5,
    opens,
  ],
  ['connected, it is still known', expected, { type: 'connected', serial: 4 }, up.phase, 4, ['clear timer']],
  [
    'a view from before the answer says nothing about a line that connects',
    connecting,
    { type: 'view', serial: null },
    connecting.phase,
    4,
    [],
  ],
  [
    'refused, it waits for another try',
    opening,
    { type: 'refused', serial: 4 },
    waiting.phase,
    4,
    ['close peer', 'set timer'],
  ],
  [
    'over its limit, it waits for another try',
    connecting,
    { type: 'timer' },
    waiting.phase,
    4,
    ['close peer', 'set timer'],
  ],
  [
    'failed on the way, it waits for another try',
    connecting,
    { type: 'failed', serial: 4 },
    waiting.phase,
    4,
    ['close peer', 'set timer'],
  ],
  [
    'views while it opens say nothing about it',
    opening,
    { type: 'view', serial: null },
    opening.phase,
    4,
    [],
  ],
  [
    'the wait over, it tries again and counts',
    waiting,
    { type: 'timer' },
    { at: 'opening', attempt: 3 },
    5,
    opens,
  ],
  ['the gateway back, it does not wait any longer', waiting, { type: 'socket opened' }, reopened, 5, opens],
  [
    'the network changed, it does not wait any longer',
    waiting,
    { type: 'network changed' },
    reopened,
    5,
    opens,
  ],
  [
    'ICE disconnected, it gives it a moment',
    up,
    { type: 'disconnected', serial: 4 },
    shaky.phase,
    4,
    ['set timer'],
  ],
  [
    'healed within the moment, it is up',
    shaky,
    { type: 'connected', serial: 4 },
    up.phase,
    4,
    ['clear timer'],
  ],
  ['not healed, it opens another line', shaky, { type: 'timer' }, reopened, 5, opens],
  ['ICE failed, it opens another line at once', up, { type: 'failed', serial: 4 }, reopened, 5, opens],
  ['lost at the gateway, it opens another line at once', up, { type: 'lost', serial: 4 }, reopened, 5, opens],
  ['the network changed, it opens another line at once', up, { type: 'network changed' }, reopened, 5, opens],
  ['named by a view, it remembers that', fresh, { type: 'view', serial: 4 }, up.phase, 4, []],
  [
    'a view from before the gateway knew it changes nothing',
    fresh,
    { type: 'view', serial: null },
    fresh.phase,
    4,
    [],
  ],
  [
    'once named, a view without it means that it is lost',
    up,
    { type: 'view', serial: null },
    reopened,
    5,
    opens,
  ],
  [
    'after a break of the socket the first view is the truth',
    fresh,
    { type: 'socket opened' },
    up.phase,
    4,
    [],
  ],
  [
    'released, it closes and tells the gateway',
    up,
    { type: 'release' },
    closed.phase,
    4,
    ['clear timer', 'close peer', 'tell closed'],
  ],
  [
    'released while it waits, it does not try again',
    waiting,
    { type: 'release' },
    closed.phase,
    4,
    ['clear timer', 'close peer', 'tell closed'],
  ],
  ['closed, a release is nothing new', closed, { type: 'release' }, closed.phase, 4, []],
]

test.each(rows)('%s', (_title, before, input, phase, serial, effects) => {
  const step = stepLine(before, input)
  expect(step.line).toEqual({ serial, phase })
  expect(step.effects.map(effect => effect.type)).toEqual(effects)
})

describe('an earlier line', () => {
  const late = (['answered', 'refused', 'connected', 'disconnected', 'failed', 'lost'] as const).map(
    type => ({ type, serial: 3 }) satisfies LineInput,
  )
  test.each(late)('has no say any more: $type', input => {
    for (const before of [up, shaky, opening, connecting, waiting, closed]) {
      expect(stepLine(before, input)).toEqual({ line: before, effects: [] })
    }
  })
})
