import type { LiveCommand } from '@ringdown/contract'
import { describe, expect, it, test } from 'vitest'
import type { CallInput, CallState, Told } from '../calls/index.ts'
import { createTestMedia } from '../calls/testing/create-test-media.ts'
import { createTestFacts, createTestStates } from '../calls/testing/create-test-states.ts'
import type { Lines } from '../legs/browser/index.ts'
import type { CommandResult, DialOrder } from './commands.usecases.ts'
import { createCommands } from './commands.usecases.ts'

const states = createTestStates()
const ann = { operator: 'ann', organization: 'org-1', role: 'operator' } as const
const call = 'call-1'
const id = 'c1'

type Over = {
  state?: CallState
  told?: Told
  line?: boolean
  away?: boolean
  /** They answer with a desk phone, of which so many are registered. */
  phones?: number
  refused?: Extract<CommandResult, { ok: false }>
}

function bench(over: Over = {}) {
  const { state, told = 'taken', line = true, away = false, phones } = over
  const said: CallInput[] = []
  const wants: string[] = []
  const kicked: string[] = []
  const muted: boolean[] = []
  const chosen: string[] = []
  const opened: number[] = []
  const dialled: DialOrder[] = []
  const media = createTestMedia(2)
  let slow: Promise<void> = Promise.resolve()
  const lines: Partial<Lines> = {
    async open(_operator, _line, _sdp, worker) {
      opened.push(worker)
      return { ok: true, answer: 'answer' }
    },
    endOf: () => (line ? { worker: 0, endpoint: 'line:ann:1' } : undefined),
    view: () => ({ id: null, state: line ? 'warm' : 'none' }),
  }
  const carryOut = createCommands({
    calls: {
      list: () => (state ? [state] : []),
      get: which => (state?.facts.call === which ? state : undefined),
      async tell(_call, input) {
        said.push(input)
        return told
      },
    },
    lines: lines as Lines,
    media,
    operators: {
      async want(_organization, _operator, wanted) {
        await slow
        wants.push(wanted)
        return []
      },
    },
    kick: async organization => void kicked.push(organization),
    changed: () => {},
    setMuted: (_operator, is) => void muted.push(is),
    isDatabaseAway: () => away,
    deskPhones: {
      usesPhone: () => phones !== undefined,
      canBeReached: () => (phones ?? 0) > 0,
      async answerWith(_person, wanted) {
        chosen.push(wanted)
      },
    },
    async dial(order) {
      dialled.push(order)
      return over.refused ?? { ok: true, call }
    },
  })
  return {
    carryOut,
    said,
    wants,
    kicked,
    muted,
    chosen,
    opened,
    dialled,
    media,
    delayWants(until: Promise<void>) {
      slow = until
    },
  }
}

const codeOf = (result: CommandResult) => (result.ok ? 'ok' : result.code)

describe('what an operator asks of a call', () => {
  const commands: [LiveCommand, CallState, CallInput['type']][] = [
    [{ type: 'accept', id, call }, states.offered, 'accepted'],
    [{ type: 'decline', id, call }, states.offered, 'declined'],
    [{ type: 'hang up', id, call }, states.connected, 'operator hung up'],
    [{ type: 'hold', id, call }, states.connected, 'hold'],
    [{ type: 'resume', id, call }, states.held, 'resume'],
  ]

  test.each(commands)('$type reaches the call in the name of who asks', async (command, state, input) => {
    const { carryOut, said } = bench({ state })
    expect(codeOf(await carryOut(ann, command))).toBe('ok')
    expect(said).toMatchObject([{ type: input, operator: 'ann' }])
  })

  test.each(commands)('$type is refused for a call of another organization', async (command, state) => {
    const { carryOut, said } = bench({ state })
    const result = await carryOut({ ...ann, organization: 'org-2' }, command)
    expect([codeOf(result), said]).toEqual(['call.gone', []])
  })

  test.each(commands)('$type of a call that is over is told so', async command => {
    expect(codeOf(await bench().carryOut(ann, command))).toBe('call.gone')
  })

  test.each<[Told, boolean, string]>([
    ['ignored', false, 'call.taken'],
    ['claim refused', false, 'call.taken'],
    ['claim refused', true, 'gateway.database-away'],
    ['gone', false, 'call.gone'],
    ['failed', false, 'gateway.internal'],
  ])('an accept that was %s (database away: %s) is answered %s', async (told, away, code) => {
    const { carryOut } = bench({ state: states.offered, told, away })
    expect(codeOf(await carryOut(ann, { type: 'accept', id, call }))).toBe(code)
  })

  it('accepting what one has already is no mistake', async () => {
    const accept = { type: 'accept', id, call } as const
    const { carryOut } = bench({ state: states.connected, told: 'ignored' })
    expect(codeOf(await carryOut(ann, accept))).toBe('ok')
    expect(codeOf(await carryOut({ ...ann, operator: 'bob' }, accept))).toBe('call.taken')
  })

  it('accepts nothing without a line', async () => {
    const { carryOut, said } = bench({ state: states.offered, line: false })
    expect(codeOf(await carryOut(ann, { type: 'accept', id, call }))).toBe('operator.no-line')
    expect(said).toEqual([])
  })

  it('refuses what the call does not allow', async () => {
    const { carryOut } = bench({ state: states.queued, told: 'ignored' })
    expect(codeOf(await carryOut(ann, { type: 'hold', id, call }))).toBe('call.not-yours')
  })

  it('sends touch-tones to the caller of the call one is connected to, and to nobody else', async () => {
    const digits = { type: 'digits', id, call, digits: '12#' } as const
    const mine = bench({ state: states.connected })
    expect(codeOf(await mine.carryOut(ann, digits))).toBe('ok')
    expect(mine.media.commands).toMatchObject([
      { worker: 0, command: { type: 'send digits', endpoint: 'caller:call-1', digits: '12#' } },
    ])
    const held = bench({ state: states.held })
    expect(codeOf(await held.carryOut(ann, digits))).toBe('call.not-yours')
    expect(codeOf(await mine.carryOut({ ...ann, operator: 'bob' }, digits))).toBe('call.not-yours')
  })
})

describe('whoever answers with a desk phone', () => {
  it('takes a call by picking that up, and by nothing on the page', async () => {
    const { carryOut, said } = bench({ state: states.offered, phones: 1 })
    expect(codeOf(await carryOut(ann, { type: 'accept', id, call }))).toBe('operator.answers-by-phone')
    expect(said).toEqual([])
  })

  it('is available without a line of the browser, where a phone is registered', async () => {
    const reached = bench({ line: false, phones: 1 })
    expect(codeOf(await reached.carryOut(ann, { type: 'go available', id }))).toBe('ok')
    const unplugged = bench({ line: false, phones: 0 })
    expect(codeOf(await unplugged.carryOut(ann, { type: 'go available', id }))).toBe('operator.no-phone')
    expect([reached.wants, unplugged.wants]).toEqual([['available'], []])
  })

  it('chooses so between calls, not in one, and not while one rings', async () => {
    const choice = { type: 'answer with', id, line: 'desk phone' } as const
    const free = bench({ state: states.queued })
    expect(codeOf(await free.carryOut(ann, choice))).toBe('ok')
    expect([free.chosen, free.kicked]).toEqual([['desk phone'], ['org-1']])
    for (const state of [states.offered, states.connected, states.parked]) {
      const busy = bench({ state })
      expect(codeOf(await busy.carryOut(ann, choice))).toBe('operator.busy')
      expect(busy.chosen).toEqual([])
    }
  })
})

describe('calling a number', () => {
  const dial = { type: 'dial', id, number: '+1 555 900 1234' } as const

  it('is done in the name of who asks, on their line, and answered with the call', async () => {
    const { carryOut, dialled } = bench()
    expect(await carryOut(ann, dial)).toEqual({ ok: true, answer: call })
    await carryOut(ann, { ...dial, trunk: 'trunk-2' })
    const line = { worker: 0, endpoint: 'line:ann:1' }
    const order = { person: ann, line, number: dial.number }
    expect(dialled).toEqual([order, { ...order, trunk: 'trunk-2' }])
  })

  it('is refused in the words of whoever refuses it', async () => {
    const refused = { ok: false, code: 'number.malformed', message: 'Check the number.' } as const
    const { carryOut, dialled } = bench({ line: false, refused })
    expect(await carryOut(ann, dial)).toEqual(refused)
    expect(dialled[0]?.line).toBeUndefined()
  })
})

describe('what an operator wants to be', () => {
  it('is kept, and who is free is looked at again', async () => {
    const { carryOut, wants, kicked } = bench()
    expect(codeOf(await carryOut(ann, { type: 'go available', id }))).toBe('ok')
    await carryOut(ann, { type: 'take a break', id })
    await carryOut(ann, { type: 'go offline', id })
    expect([wants, kicked]).toEqual([
      ['available', 'on-break', 'offline'],
      ['org-1', 'org-1', 'org-1'],
    ])
  })

  it('is not available without a line', async () => {
    const { carryOut, wants } = bench({ line: false })
    expect(codeOf(await carryOut(ann, { type: 'go available', id }))).toBe('operator.no-line')
    expect(wants).toEqual([])
  })

  it('declines what rings when it is a break, and ends the wrap-up when it is work', async () => {
    const offered = bench({ state: states.offered })
    await offered.carryOut(ann, { type: 'take a break', id })
    expect(offered.said).toEqual([{ type: 'declined', operator: 'ann' }])
    const wrapping = bench({ state: states.wrapping })
    await wrapping.carryOut(ann, { type: 'go available', id })
    expect(wrapping.said).toEqual([{ type: 'wrapped up', operator: 'ann' }])
  })

  it('is the last that was said, however slow the first was', async () => {
    const { carryOut, wants, delayWants } = bench()
    let go = () => {}
    delayWants(
      new Promise(resolve => {
        go = resolve
      }),
    )
    const first = carryOut(ann, { type: 'go available', id })
    delayWants(Promise.resolve())
    const second = carryOut(ann, { type: 'go offline', id })
    go()
    await Promise.all([first, second])
    expect(wants).toEqual(['available', 'offline'])
  })
})

describe('the line', () => {
  const open = { type: 'open line', id, line: '1', sdp: 'offer' } as const

  it('opens where there is room, and where the caller is for an operator who is in a call', async () => {
    const idle = bench()
    expect(await idle.carryOut(ann, open)).toEqual({ ok: true, answer: 'answer' })
    const facts = createTestFacts({}, { worker: 1 })
    const busy = bench({ state: createTestStates(facts).parked })
    await busy.carryOut(ann, open)
    expect([idle.opened, busy.opened]).toEqual([[0], [1]])
  })

  it('says so when no media worker is up', async () => {
    const { carryOut, media } = bench()
    media.worker(0, { up: false })
    media.worker(1, { up: false })
    expect(codeOf(await carryOut(ann, open))).toBe('gateway.internal')
  })
})
