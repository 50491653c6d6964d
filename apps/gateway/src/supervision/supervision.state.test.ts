import { describe, expect, it } from 'vitest'
import {
  type ChildName,
  type Effect,
  type Input,
  initialState,
  restartDelay,
  type State,
  type Timing,
  transition,
} from './supervision.state.ts'

const timing: Timing = {
  firstDelay: 50,
  longestDelay: 10_000,
  stableAfter: 30_000,
  stopLimit: 30_000,
  patience: 10_000,
  sameSignal: 1_000,
}

const everything: ChildName[] = ['database', 'worker 0', 'worker 1', 'control']
const begin: Input = { type: 'begin', at: 0 }
const databaseReady: Input = { type: 'ready', child: 'database', at: 10 }
const up: Input[] = [begin, databaseReady]
const exited = (child: ChildName, at = 100): Input => ({ type: 'exited', child, at })
const stop = (at = 1_000): Input => ({ type: 'stop', at })

function run(inputs: Input[], children: ChildName[] = everything): { state: State; effects: Effect[] } {
  let state = initialState({ children, timing })
  let effects: Effect[] = []
  for (const input of inputs) ({ state, effects } = transition(state, input))
  return { state, effects }
}

const killDeadline = (phase: State['phase'], ms: number): Effect => ({ type: 'deadline', phase, ms })

describe('supervision', () => {
  it.each<[string, Input[], Effect[]]>([
    [
      'at the beginning it starts the database and the workers; control waits',
      [begin],
      [
        { type: 'start', child: 'database' },
        { type: 'start', child: 'worker 0' },
        { type: 'start', child: 'worker 1' },
      ],
    ],
    ['when the database is ready it starts control', up, [{ type: 'start', child: 'control' }]],
    ['a database that came back does not start a second control', [...up, databaseReady], []],
    [
      'when control is ready it says so',
      [...up, { type: 'ready', child: 'control', at: 20 }],
      [{ type: 'announce ready' }],
    ],
    [
      'a child that dies is started again after a short delay',
      [...up, exited('worker 1')],
      [{ type: 'start later', child: 'worker 1', ms: 50 }],
    ],
    [
      'when the delay is over it starts',
      [...up, exited('worker 1'), { type: 'delay over', child: 'worker 1', at: 150 }],
      [{ type: 'start', child: 'worker 1' }],
    ],
    [
      'the database is restarted while control runs on',
      [...up, exited('database')],
      [{ type: 'start later', child: 'database', ms: 50 }],
    ],
    [
      'a database that cannot start is tried again, and control still waits',
      [begin, exited('database', 5)],
      [{ type: 'start later', child: 'database', ms: 50 }],
    ],
    [
      'a stop lets control finish its calls, up to the limit',
      [...up, stop()],
      [{ type: 'drain', child: 'control', ms: 30_000 }, killDeadline('draining', 40_000)],
    ],
    ['the same key press delivered twice is one stop', [...up, stop(), stop(1_200)], []],
    [
      'a second stop ends control at once',
      [...up, stop(), stop(3_000)],
      [{ type: 'drain', child: 'control', ms: 0 }, killDeadline('hurrying', 10_000)],
    ],
    ['a third stop changes nothing', [...up, stop(), stop(3_000), stop(5_000)], []],
    [
      'a worker that dies while calls finish is started again',
      [...up, stop(), exited('worker 0')],
      [{ type: 'start later', child: 'worker 0', ms: 50 }],
    ],
    [
      'a database that dies while endings are written is started again',
      [...up, stop(), exited('database'), { type: 'delay over', child: 'database', at: 200 }],
      [{ type: 'start', child: 'database' }],
    ],
    [
      'a control that does not end in time is killed',
      [...up, stop(), { type: 'deadline', phase: 'draining' }],
      [{ type: 'kill', child: 'control' }],
    ],
    [
      'the deadline of the patient stop does not shorten the hurried one',
      [...up, stop(), stop(3_000), { type: 'deadline', phase: 'draining' }],
      [],
    ],
    [
      'when control has ended, the workers end',
      [...up, stop(), exited('control')],
      [
        { type: 'end', child: 'worker 0' },
        { type: 'end', child: 'worker 1' },
        killDeadline('ending workers', 10_000),
      ],
    ],
    ['with one worker left it waits', [...up, stop(), exited('control'), exited('worker 0')], []],
    [
      'a worker that does not end in time is killed',
      [...up, stop(), exited('control'), exited('worker 0'), { type: 'deadline', phase: 'ending workers' }],
      [{ type: 'kill', child: 'worker 1' }],
    ],
    [
      'the database ends last',
      [...up, stop(), exited('control'), exited('worker 0'), exited('worker 1')],
      [{ type: 'end', child: 'database' }, killDeadline('ending database', 10_000)],
    ],
    [
      'a database that does not end in time is killed',
      [
        ...up,
        stop(),
        ...(['control', 'worker 0', 'worker 1'] as const).map(name => exited(name)),
        { type: 'deadline', phase: 'ending database' },
      ],
      [{ type: 'kill', child: 'database' }],
    ],
    [
      'when all are gone it leaves',
      [
        ...up,
        stop(),
        ...(['control', 'worker 0', 'worker 1', 'database'] as const).map(name => exited(name)),
      ],
      [{ type: 'leave' }],
    ],
    [
      'a stop while control is dead does not start it again',
      [...up, exited('control'), stop()],
      [
        { type: 'end', child: 'worker 0' },
        { type: 'end', child: 'worker 1' },
        killDeadline('ending workers', 10_000),
      ],
    ],
    [
      'a restart that was due is forgotten once its turn to end has come',
      [
        ...up,
        exited('worker 0'),
        stop(),
        exited('control'),
        { type: 'delay over', child: 'worker 0', at: 2_000 },
      ],
      [],
    ],
    [
      'a database that died before its turn to end does not hold up the end',
      [...up, stop(), exited('database'), exited('control'), exited('worker 0'), exited('worker 1')],
      [{ type: 'leave' }],
    ],
  ])('%s', (_title, inputs, expected) => {
    expect(run(inputs).effects).toEqual(expected)
  })

  it('with a database elsewhere control starts at once, and the workers are the last to end', () => {
    const children: ChildName[] = ['worker 0', 'control']
    expect(run([begin], children).effects).toEqual([
      { type: 'start', child: 'worker 0' },
      { type: 'start', child: 'control' },
    ])
    expect(run([begin, stop(), exited('control'), exited('worker 0')], children).effects).toEqual([
      { type: 'leave' },
    ])
  })

  it.each([
    [1, 50],
    [2, 100],
    [5, 800],
    [9, 10_000],
    [5_000, 10_000],
  ])('the delay before restart %d is %d ms: doubled, bounded, never given up', (failures, ms) => {
    expect(restartDelay(failures, timing)).toBe(ms)
  })

  it('a crash loop backs off, and a stable time makes it forget', () => {
    const delays: number[] = []
    let { state } = run(up)
    let at = 100
    const die = (lived: number) => {
      at += lived
      const step = transition(state, exited('control', at))
      for (const effect of step.effects) if (effect.type === 'start later') delays.push(effect.ms)
      state = transition(step.state, { type: 'delay over', child: 'control', at }).state
    }
    for (const lived of [1, 1, 1, 29_999, 30_000, 1]) die(lived)
    expect(delays).toEqual([50, 100, 200, 400, 50, 100])
  })
})
