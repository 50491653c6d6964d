import type { CallerView } from '@ringdown/contract'
import type { Calls } from '../calls/index.ts'
import type { OperatorsRepository } from '../queues/index.ts'
import type { LiveRepository } from './live.repository.ts'
import type { Board } from './view.rules.ts'

export type BoardNeeds = {
  calls: Pick<Calls, 'list'>
  operators: Pick<OperatorsRepository, 'list'>
  repository: LiveRepository
  /** Masks by caller id; callers that are gone from the vault are missing. */
  masks(organization: string, callers: string[]): Promise<Map<string, string>>
  names(organization: string): Promise<Map<string, string>>
  now(): number
}

/** How many calls the page's history shows. */
const recentCalls = 20

/** Reads what the pages of one organization are drawn from, and keeps what seldom changes. */
export function createBoards(needs: BoardNeeds) {
  const recent = new Map<string, Board['recent']>()
  const names = new Map<string, Map<string, string>>()
  const callers = new Map<string, CallerView>()
  const quality = new Map<string, { lossPercent: number; jitterMs: number }>()
  const muted = new Set<string>()

  async function learnCallers(organization: string, wanted: string[]) {
    const unknown = [...new Set(wanted)].filter(id => !callers.has(id))
    if (unknown.length === 0) return
    const [masks, earlier] = await Promise.all([
      needs.masks(organization, unknown),
      needs.repository.earlierCalls(organization, unknown),
    ])
    for (const [id, mask] of masks) callers.set(id, { mask, earlierCalls: earlier.get(id) ?? 0 })
  }

  return {
    quality,
    muted,
    /** A call ended: the history is read again, and its caller has one earlier call more. */
    callEnded(organization: string, call: string, caller: string) {
      recent.delete(organization)
      callers.delete(caller)
      quality.delete(call)
    },
    membersChanged: (organization: string) => void names.delete(organization),
    async read(organization: { id: string; name: string }): Promise<Board> {
      const { id } = organization
      if (!recent.has(id)) recent.set(id, await needs.repository.recent(id, recentCalls))
      if (!names.has(id)) names.set(id, await needs.names(id))
      const operators = await needs.operators.list(id)
      const calls = needs.calls.list().filter(c => c.facts.organization === id)
      const history = recent.get(id) ?? []
      await learnCallers(id, [...calls.map(c => c.facts.caller), ...history.map(r => r.caller)])
      return {
        now: needs.now(),
        organization,
        calls: needs.calls.list().filter(c => c.facts.organization === id),
        operators,
        recent: history,
        names: names.get(id) ?? new Map(),
        callers,
        muted,
        quality,
      }
    },
  }
}

export type Boards = ReturnType<typeof createBoards>
