import { describe, expect, it, test } from 'vitest'
import type { Dialled, Outgoing } from '../calls/index.ts'
import { createDial, type DialOrder, type DialResult } from './dial.usecases.ts'
import type { CallingTrunk } from './outbound.port.ts'

const line = { worker: 0, endpoint: 'line:ann:1' }
const person = { operator: 'ann', organization: 'org-1', role: 'owner' } as const
const order: DialOrder = { person, line, number: '+1 202 555 0143' }
const ours = '+15559000000'
const trunk = (id: string, more: Partial<CallingTrunk> = {}): CallingTrunk => ({
  id,
  callerId: null,
  callingCode: null,
  ...more,
})

class Away extends Error {}

type Given = {
  trunks?: CallingTrunk[]
  number?: string | null
  full?: boolean
  dialled?: Dialled | Error
  away?: boolean
  vault?: Error
}

function bench(given: Given = {}) {
  const { trunks = [trunk('trunk-1'), trunk('trunk-2', { callerId: ours })], number = '+15550100' } = given
  const stored: string[] = []
  const prepared: { trunk: string; to: string; from: string }[] = []
  const discarded: string[] = []
  const begun: Outgoing[] = []
  const dial = createDial({
    calls: {
      async dial(outgoing) {
        begun.push(outgoing)
        if (given.dialled instanceof Error) throw given.dialled
        return given.dialled ?? { ok: true, call: 'call-1' }
      },
    },
    trunks: {
      of: async () => trunks,
      async prepare({ organization: _, ...made }) {
        prepared.push(made)
        if (given.full) return { ok: false, code: 'trunk.full' }
        return { ok: true, leg: { leg: 'leg-1', kind: 'sip', data: '{}' } }
      },
      discard: leg => void discarded.push(leg),
    },
    repository: {
      async shown(_organization, wanted) {
        const shown = wanted ?? number
        return shown === null ? undefined : { number: shown, queue: 'queue-1' }
      },
    },
    async storeCallee(caller) {
      if (given.vault) throw given.vault
      stored.push(caller.number)
      return 'caller-1'
    },
    isDatabaseAway: () => given.away ?? false,
    isAway: error => error instanceof Away,
  })
  return { dial, stored, prepared, discarded, begun }
}

const codeOf = (result: DialResult) => (result.ok ? 'ok' : result.code)

describe('calling a number', () => {
  it('begins a call over the first trunk, showing our number, with whom we call behind a reference', async () => {
    const { dial, stored, prepared, begun } = bench()
    expect(await dial(order)).toEqual({ ok: true, call: 'call-1' })
    expect(prepared).toEqual([{ trunk: 'trunk-1', to: '+12025550143', from: '+15550100' }])
    expect(begun).toEqual([
      {
        organization: 'org-1',
        operator: 'ann',
        line,
        number: '+15550100',
        queue: 'queue-1',
        caller: 'caller-1',
        leg: { leg: 'leg-1', kind: 'sip', data: '{}' },
      },
    ])
    expect(stored).toEqual(['+12025550143'])
  })

  it('takes the trunk that was asked for, with the number that it shows', async () => {
    const { dial, prepared } = bench()
    await dial({ ...order, trunk: 'trunk-2' })
    expect(prepared).toEqual([{ trunk: 'trunk-2', to: '+12025550143', from: ours }])
  })

  it('reads national numbers as the trunk’s country has them', async () => {
    const { dial, prepared } = bench({ trunks: [trunk('trunk-1', { callingCode: '49' })] })
    await dial({ ...order, number: '030 901820' })
    expect(prepared[0]?.to).toBe('+4930901820')
  })

  test.each(['owner', 'administrator'] as const)('is for an %s', async role => {
    expect(codeOf(await bench().dial({ ...order, person: { ...person, role } }))).toBe('ok')
  })

  test.each(['supervisor', 'operator'] as const)('is not for a %s', async role => {
    const { dial, stored } = bench()
    expect(codeOf(await dial({ ...order, person: { ...person, role } }))).toBe('session.forbidden')
    expect(stored).toEqual([])
  })
})

describe('what is refused', () => {
  const refusals: [string, Given, Partial<DialOrder>, string][] = [
    ['without a line', {}, { line: undefined }, 'operator.no-line'],
    ['what is no number', {}, { number: '911-nonsense' }, 'number.malformed'],
    ['without a trunk that calls out', { trunks: [] }, {}, 'trunk.none-calls-out'],
    ['over a trunk that does not', {}, { trunk: 'trunk-9' }, 'trunk.unknown'],
    ['without a number to show', { number: null }, {}, 'number.none-to-show'],
    ['over a trunk at its limit', { full: true }, {}, 'trunk.full'],
    ['while the database is away', { away: true }, {}, 'gateway.database-away'],
    ['when the vault’s database goes away', { vault: new Away() }, {}, 'gateway.database-away'],
  ]
  test.each(refusals)('%s, before anything is said to anybody', async (_when, given, change, code) => {
    const { dial, begun, discarded } = bench(given)
    expect(codeOf(await dial({ ...order, ...change }))).toBe(code)
    expect([begun, discarded]).toEqual([[], []])
  })

  const late: [string, Dialled | Error, string][] = [
    ['to whom has a call', { ok: false, code: 'operator.busy' }, 'operator.busy'],
    ['while the gateway stops', { ok: false, code: 'gateway.stopping' }, 'gateway.stopping'],
    ['when the database goes away', new Away(), 'gateway.database-away'],
  ]
  test.each(late)('%s, and the prepared leg is forgotten', async (_when, dialled, code) => {
    const { dial, discarded } = bench({ dialled })
    expect(codeOf(await dial(order))).toBe(code)
    expect(discarded).toEqual(['leg-1'])
  })

  it('says nothing of the number', async () => {
    const results = await Promise.all([
      bench().dial({ ...order, number: '+120255501439999' }),
      bench({ full: true }).dial(order),
    ])
    expect(JSON.stringify(results)).not.toMatch(/2025550/)
  })

  it('is not what fails for a reason of ours, and its leg is forgotten too', async () => {
    const { dial, discarded } = bench({ dialled: new Error('a defect') })
    await expect(dial(order)).rejects.toThrow('a defect')
    expect(discarded).toEqual(['leg-1'])
  })
})
