import type { Clock } from '../calls/index.ts'
import type { OperatorsRepository } from './operators.repository.ts'

export type LineWarmthNeeds = {
  operators: Pick<OperatorsRepository, 'setLine'>
  clock: Clock
  onChanged(organization: string): void
  onFailed(error: unknown): void
}

/** After a failure. ms */
const tryAgainMs = 500

type Entry = { organization: string; warm: boolean; written: boolean | undefined; writing: boolean }

/** Keeps each operator's row in step with their line: one write at a time, the latest word wins. */
export function createLineWarmth(needs: LineWarmthNeeds) {
  const entries = new Map<string, Entry>()

  async function write(operator: string, entry: Entry) {
    entry.writing = true
    try {
      while (entry.written !== entry.warm) {
        const { warm } = entry
        await needs.operators.setLine(entry.organization, operator, warm)
        entry.written = warm
        needs.onChanged(entry.organization)
      }
    } catch (error) {
      // An operator whose warm line nobody knows of is not rung.
      entry.written = undefined
      needs.onFailed(error)
      needs.clock.at(needs.clock.now() + tryAgainMs, () => writeIfDue(operator, entry))
    } finally {
      entry.writing = false
    }
  }

  function writeIfDue(operator: string, entry: Entry) {
    if (!entry.writing && entry.written !== entry.warm) void write(operator, entry)
  }

  return {
    set(organization: string, operator: string, warm: boolean) {
      const entry = entries.get(operator) ?? { organization, warm, written: undefined, writing: false }
      entries.set(operator, entry)
      entry.organization = organization
      entry.warm = warm
      if (!entry.writing) void write(operator, entry)
    },
    /** The database was away: whatever could not be written is written now. */
    resync() {
      for (const [operator, entry] of entries) writeIfDue(operator, entry)
    },
  }
}
