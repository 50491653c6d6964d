import type { OperatorsRepository } from './operators.repository.ts'

export type LineWarmthNeeds = {
  operators: Pick<OperatorsRepository, 'setLine'>
  onChanged(organization: string): void
  onFailed(error: unknown): void
}

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
      // Written again by `resync`, when the database is back.
      entry.written = undefined
      needs.onFailed(error)
    } finally {
      entry.writing = false
    }
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
      for (const [operator, entry] of entries) if (!entry.writing) void write(operator, entry)
    },
  }
}
