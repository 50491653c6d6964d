import type { Journal } from './journal.port.ts'
import type { createJournalRepository } from './journal.repository.ts'
import type { Spool } from './spool.ts'

type Repository = ReturnType<typeof createJournalRepository>

export type SpoolingJournal = Journal & {
  /** Brings spooled entries into the database, in order. True when nothing is left behind. */
  flush(): Promise<boolean>
  /** Entries are spooled now: no new calls, no new offers. */
  readonly isSpooling: boolean
}

/**
 * The journal as the runner sees it: the database, or the spool while the database is away. Once one entry was spooled,
 * all further ones are, until `flush` has brought them in: a call's entries never overtake each other.
 */
export function createJournal(needs: {
  repository: Repository
  spool: Spool
  isAway: (error: unknown) => boolean
  onSpooling: (spooling: boolean) => void
  onLost: (entry: { call: string; sequence: number; result: string }) => void
}): SpoolingJournal {
  const { repository, spool, isAway } = needs
  let flushing: Promise<boolean> | undefined

  async function flushAll(): Promise<boolean> {
    // Entries that are spooled meanwhile stand behind those read here: repeat until none is left.
    let done = 0
    for (;;) {
      const rest = spool.entries().slice(done)
      if (rest.length === 0) break
      for (const entry of rest) {
        try {
          const result = await repository.append(entry, true)
          if (result !== 'written') needs.onLost({ call: entry.call, sequence: entry.sequence, result })
        } catch (error) {
          if (isAway(error)) return false
          throw error
        }
        done += 1
      }
    }
    spool.clear()
    needs.onSpooling(false)
    return true
  }

  return {
    open: (entry, leg) => repository.open(entry, leg),
    openCalls: () => repository.openCalls(),
    last: call => repository.last(call),
    settle: call => repository.settle(call),
    async append(entry) {
      if (spool.isEmpty) {
        try {
          return await repository.append(entry, false)
        } catch (error) {
          if (!isAway(error)) throw error
        }
      }
      // Whether an operator may be claimed is the database's to say; without it nobody gets a call.
      if (entry.writes.some(w => w.type === 'claim operator')) return 'claim refused'
      const first = spool.isEmpty
      spool.add(entry)
      if (first) needs.onSpooling(true)
      return 'spooled'
    },
    flush() {
      flushing ??= (spool.isEmpty ? Promise.resolve(true) : flushAll()).finally(() => {
        flushing = undefined
      })
      return flushing
    },
    get isSpooling() {
      return !spool.isEmpty
    },
  }
}
