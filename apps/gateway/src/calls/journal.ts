import { internalError } from './endings.rules.ts'
import type { AppendResult, Entry, Journal } from './journal.port.ts'
import type { createJournalRepository } from './journal.repository.ts'
import type { Spool } from './spool.ts'
import { transition } from './transition.state.ts'

type Repository = ReturnType<typeof createJournalRepository>

export type SpoolingJournal = Journal & {
  /** Brings spooled entries into the database, in order. True when nothing is left behind. */
  flush(): Promise<boolean>
  /** Entries are spooled now: no new calls, no new offers. */
  readonly isSpooling: boolean
}

export type JournalNeeds = {
  repository: Repository
  spool: Spool
  isAway: (error: unknown) => boolean
  /** The database is there, but had no connection for this statement: nothing of it ran. */
  isBusy: (error: unknown) => boolean
  onSpooling: (spooling: boolean) => void
  onLost: (entry: { call: string; sequence: number; result: string }) => void
}

/**
 * The journal as the runner sees it: the database, or the spool while the database is away. Once one entry was spooled,
 * all further ones are, until `flush` has brought them in: a call's entries never overtake each other. A busy database is
 * not away: an entry waits for it, as long as that takes, and its call's next inputs behind it.
 */
export function createJournal(needs: JournalNeeds): SpoolingJournal {
  const { spool, isAway } = needs
  const repository = patient(needs.repository, needs.isBusy)
  const unsettled = new Set<string>()
  let flushing: Promise<boolean> | undefined

  function spoolEntry(entry: Entry) {
    const first = spool.isEmpty
    spool.add(entry)
    if (first) needs.onSpooling(true)
  }

  async function flushAll(): Promise<boolean> {
    // Entries that are spooled meanwhile stand behind those read here: repeat until none is left.
    let done = 0
    for (;;) {
      const rest = spool.entries().slice(done)
      if (rest.length === 0) break
      for (const entry of rest) {
        if (!(await bringIn(entry, { ...needs, repository }))) return false
        done += 1
      }
    }
    if (!spool.isEmpty) {
      spool.clear()
      needs.onSpooling(false)
    }
    return settleRest()
  }

  async function settleRest(): Promise<boolean> {
    for (const call of [...unsettled]) {
      try {
        await repository.settle(call)
      } catch (error) {
        if (isAway(error)) return false
        throw error
      }
      unsettled.delete(call)
    }
    return true
  }

  async function append(entry: Entry): Promise<AppendResult> {
    if (spool.isEmpty) {
      try {
        return await repository.append(entry, false)
      } catch (error) {
        if (!isAway(error)) throw error
      }
    }
    // Whether an operator may be claimed is the database's to say; without it nobody gets a call.
    if (entry.writes.some(w => w.type === 'claim operator')) return 'claim unknown'
    spoolEntry(entry)
    return 'spooled'
  }

  function flush(): Promise<boolean> {
    flushing ??= flushAll().finally(() => {
      flushing = undefined
    })
    return flushing
  }

  return {
    async open(entry, leg) {
      try {
        return await repository.open(entry, leg)
      } catch (error) {
        // It may have been committed all the same. The far end is turned away, so nobody will run it.
        if (isAway(error) && mayHaveRun(error)) {
          spoolEntry(closingOf(entry))
          unsettled.add(entry.call)
        }
        throw error
      }
    },
    async openCalls() {
      // What was spooled is newer than what the database says.
      if (!(await flush())) throw new Error('spooled entries could not be brought in')
      return repository.openCalls()
    },
    last: call => repository.last(call),
    async settle(call) {
      if (!spool.isEmpty) return void unsettled.add(call)
      try {
        await repository.settle(call)
      } catch (error) {
        if (!isAway(error)) throw error
        unsettled.add(call)
      }
    },
    append,
    flush,
    get isSpooling() {
      return !spool.isEmpty
    },
  }
}

/** The same statements, each asked again when there was no connection for it. A new call is refused instead. */
function patient(repository: Repository, isBusy: JournalNeeds['isBusy']): Repository {
  async function untilServed<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        // It has waited its time in line; the next place in it is the last again, behind nothing of the same call.
        if (!isBusy(error)) throw error
      }
    }
  }
  return {
    open: (entry, leg) => repository.open(entry, leg),
    append: (entry, late) => untilServed(() => repository.append(entry, late)),
    openCalls: () => untilServed(() => repository.openCalls()),
    last: call => untilServed(() => repository.last(call)),
    settle: call => untilServed(() => repository.settle(call)),
  }
}

/**
 * Brings one spooled entry in. What is spooled has happened, so it stands behind whatever the database has already:
 * an entry before it may have been committed although we were told that the database is away.
 * False while the database is away.
 */
async function bringIn(entry: Entry, needs: JournalNeeds): Promise<boolean> {
  try {
    let result = await needs.repository.append(entry, true)
    if (result === 'stale') {
      const last = await needs.repository.last(entry.call)
      if (last) result = await needs.repository.append({ ...entry, sequence: last.sequence + 1 }, true)
    }
    const neverOpened = result === 'gone' && entry.sequence === 2
    if (result !== 'written' && !neverOpened) needs.onLost({ ...positionOf(entry), result })
  } catch (error) {
    if (needs.isAway(error)) return false
    // One entry that the database refuses must not keep all others out.
    needs.onLost({ ...positionOf(entry), result: 'refused' })
  }
  return true
}

function positionOf({ call, sequence }: Entry) {
  return { call, sequence }
}

function closingOf(opening: Entry): Entry {
  const input = { type: 'media failed' as const, ending: internalError }
  const step = transition(opening.state, input, opening.at)
  if (step.type === 'ignored') throw new Error(`a call opened as ${opening.state.type} cannot be closed`)
  const { call, at } = opening
  return { call, sequence: opening.sequence + 1, at, input, state: step.state, writes: step.writes }
}

function mayHaveRun(error: unknown): boolean {
  return (error as { outcome?: string }).outcome !== 'not run'
}
