import type { LegRecord } from '../../legs/leg.port.ts'
import type { Entry } from '../journal.port.ts'
import type { SpoolingJournal } from '../journal.ts'

export type TestJournal = SpoolingJournal & {
  readonly entries: Entry[]
  readonly legs: Map<string, LegRecord>
  readonly settled: string[]
  /** No operation resolves until the returned function is called. */
  hold(): () => void
  /** Whose claims are refused. */
  readonly refused: Set<string>
  /** The next appends throw this. */
  failWith(error: Error | undefined): void
  isSpooling: boolean
}

/** The journal in memory, with the answers that the database gives. */
export function createTestJournal(): TestJournal {
  const entries: Entry[] = []
  const legs = new Map<string, LegRecord>()
  const settled: string[] = []
  const refused = new Set<string>()
  let gate: Promise<void> = Promise.resolve()
  let failure: Error | undefined

  const of = (call: string) => entries.filter(e => e.call === call)
  const lastOf = (call: string) => of(call).at(-1)

  return {
    entries,
    legs,
    settled,
    refused,
    isSpooling: false,
    hold() {
      let release = () => {}
      gate = new Promise(resolve => {
        release = resolve
      })
      return release
    },
    failWith(error) {
      failure = error
    },
    async open(entry, leg) {
      await gate
      const known = legs.get(leg.leg)
      if (known) return { type: 'open', call: known.call }
      if (entry.writes.some(w => w.type === 'take operator' && refused.has(w.operator)))
        return { type: 'claim refused' }
      legs.set(leg.leg, leg)
      entries.push(structuredClone(entry))
      return { type: 'open', call: entry.call }
    },
    async append(entry) {
      await gate
      if (failure) throw failure
      const last = lastOf(entry.call)
      if (!last) return 'gone'
      if (last.sequence !== entry.sequence - 1) return 'stale'
      if (entry.writes.some(w => w.type === 'claim operator' && refused.has(w.operator)))
        return 'claim refused'
      entries.push(structuredClone(entry))
      return 'written'
    },
    async openCalls() {
      await gate
      const calls = [...new Set(entries.map(e => e.call))].map(call => lastOf(call)!)
      const open = calls
        .map(({ call, sequence, state }) => {
          const leg = [...legs.values()].find(l => l.call === call) ?? null
          const ringing = state.type === 'offered' ? state.offers.map(o => o.operator) : []
          return { call, sequence, state: structuredClone(state), leg, ringing }
        })
        .filter(one => one.state.type !== 'ended' || one.leg !== null)
      return { calls: open, unreadable: [] }
    },
    async last(call) {
      await gate
      return structuredClone(lastOf(call))
    },
    async settle(call) {
      settled.push(call)
      for (const [leg, record] of legs) if (record.call === call) legs.delete(leg)
    },
    flush: async () => true,
  }
}
