import { describe, expect, it, test } from 'vitest'
import type { Line, LineInput } from './line.state.ts'
import { lineTimer, lineTransition, lineView, openLine, probing } from './line.state.ts'

const now = 1_700_000_000_000
type Up = Extract<Line, { type: 'up' }>

const up: Up = { type: 'up', warm: true, probe: null, nextProbe: now + probing.everyMs, busy: false }
const lines = {
  opening: openLine(now),
  warm: up,
  cold: { ...up, warm: false },
  probing: { ...up, warm: false, probe: { id: 'p1', deadline: now + probing.answerMs } },
  'probed while warm': { ...up, probe: { id: 'p1', deadline: now + probing.answerMs } },
  busy: { ...up, busy: true },
  down: { type: 'down' },
} satisfies Record<string, Line>

const inputs: { [Type in LineInput['type']]: Extract<LineInput, { type: Type }> } = {
  connected: { type: 'connected', probe: 'new' },
  lost: { type: 'lost' },
  'probe result': { type: 'probe result', probe: 'p1', received: probing.needed },
  timer: { type: 'timer', probe: 'new' },
  busy: { type: 'busy', busy: true, probe: 'new' },
  'socket gone': { type: 'socket gone' },
  'socket back': { type: 'socket back', probe: 'new' },
}

/** What the page shows afterwards, and a `!` where a probe is sent. A timer comes when it is due. */
const matrix: Record<keyof typeof lines, Record<LineInput['type'], string>> = {
  opening: row('opening', { connected: 'probing !', lost: 'none', timer: 'none give up' }),
  warm: row('warm', { lost: 'none', timer: 'warm !', 'socket gone': 'cold', 'socket back': 'probing !' }),
  cold: row('cold', { lost: 'none', timer: 'probing !', 'socket back': 'probing !' }),
  probing: row('probing', {
    lost: 'none',
    'probe result': 'warm',
    timer: 'probing !',
    busy: 'cold',
    'socket gone': 'cold',
    'socket back': 'probing !',
  }),
  'probed while warm': row('warm', {
    lost: 'none',
    timer: 'probing !',
    'socket gone': 'cold',
    'socket back': 'probing !',
  }),
  busy: row('warm', { lost: 'none', 'socket gone': 'cold' }),
  down: row('none', {}),
}

function row(same: string, different: Partial<Record<LineInput['type'], string>>) {
  const all = Object.keys(inputs).map(name => [name, same])
  return { ...Object.fromEntries(all), ...different } as Record<LineInput['type'], string>
}

function shown(line: Line, input: LineInput): string {
  const at = input.type === 'timer' ? (lineTimer(line) ?? now) : now
  const step = lineTransition(line, input, at)
  const effects = step.effects.map(e => (e.type === 'send probe' ? '!' : e.type))
  return [lineView(step.line), ...effects].join(' ')
}

describe('every input to every line', () => {
  const pairs = (Object.keys(matrix) as (keyof typeof lines)[]).flatMap(line =>
    (Object.keys(inputs) as LineInput['type'][]).map(input => ({ line, input, after: matrix[line][input] })),
  )
  test.each(pairs)('$input when $line: $after', ({ line, input, after }) => {
    expect(shown(lines[line], inputs[input])).toBe(after)
  })
})

it('is warm when enough of a probe arrived, and cold when not', () => {
  const answer = (received: number, probe = 'p1') =>
    lineView(lineTransition(lines.probing, { type: 'probe result', probe, received }, now).line)
  expect([answer(probing.packets), answer(probing.needed), answer(probing.needed - 1), answer(0)]).toEqual([
    'warm',
    'warm',
    'cold',
    'cold',
  ])
  expect(answer(10, 'of another time')).toBe('probing')
})

it('is probed again after its interval, and at once when a probe was not answered', () => {
  const answered = lineTransition(lines.probing, inputs['probe result'], now).line
  expect(lineTimer(answered)).toBe(now + probing.everyMs)
  const again = lineTransition(lines.probing, inputs.timer, now + probing.answerMs).line
  expect(again).toMatchObject({ warm: false, probe: { id: 'new', deadline: now + 2 * probing.answerMs } })
})

it('is probed again within a second or so when too little of a probe arrived', () => {
  const poor = { ...inputs['probe result'], received: probing.needed - 1 }
  const cold = lineTransition(lines.probing, poor, now).line
  expect(lineTimer(cold)).toBe(now + probing.againMs)
  expect(lineTransition(cold, inputs.timer, now + probing.againMs).effects).toEqual([
    { type: 'send probe', probe: 'new' },
  ])
})

it('lets no timer do anything before it is due', () => {
  for (const line of [lines.opening, lines.warm, lines.probing]) {
    const step = lineTransition(line, inputs.timer, lineTimer(line)! - 1)
    expect(step).toEqual({ line, effects: [] })
  }
})

it('is not probed during a call, and at once after it', () => {
  const busy = lineTransition(lines.probing, inputs.busy, now).line
  expect(lineTimer(busy)).toBeNull()
  expect(shown(busy, { type: 'busy', busy: false, probe: 'new' })).toBe('probing !')
})

it('is not offered calls while its page is away', () => {
  const { line } = lineTransition(lines.warm, inputs['socket gone'], now)
  expect([lineView(line), lineTransition(line, inputs['socket back'], now).effects.length]).toEqual([
    'cold',
    1,
  ])
})

it('always has a timer that it does not ignore, unless a call uses it or it is gone', () => {
  for (const [name, line] of Object.entries(lines)) {
    const due = lineTimer(line)
    expect(due === null).toBe(name === 'busy' || name === 'down')
    if (due !== null) expect(lineTransition(line, inputs.timer, due).effects).not.toEqual([])
  }
})
