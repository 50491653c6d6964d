import type { CallCodec, CallerView } from '@ringdown/contract'
import type { Calls } from '../calls/index.ts'
import type { OperatorsRepository } from '../queues/index.ts'
import type { LiveRepository } from './live.repository.ts'
import { type Board, unknownCaller } from './view.rules.ts'

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
  const callers = new Map<string, ReadonlyMap<string, CallerView>>()
  const quality = new Map<string, { lossPercent: number; jitterMs: number }>()
  const codecs = new Map<string, CallCodec>()
  const muted = new Set<string>()
  /** Ended calls so far: what was read while one ended may be from before. */
  let ended = 0

  /** Those who are to be seen, and no others: the map stays as small as the page. */
  async function callersOf(organization: string, wanted: ReadonlySet<string>) {
    const known = callers.get(organization)
    const unknown = [...wanted].filter(id => !known?.has(id))
    if (known && unknown.length === 0 && known.size === wanted.size) return known
    const fresh = unknown.length > 0 ? await learn(organization, unknown) : undefined
    return new Map([...wanted].map(id => [id, fresh?.get(id) ?? known?.get(id) ?? unknownCaller]))
  }

  async function learn(organization: string, unknown: string[]): Promise<Map<string, CallerView>> {
    const [masks, earlier] = await Promise.all([
      needs.masks(organization, unknown),
      needs.repository.earlierCalls(organization, unknown),
    ])
    return new Map([...masks].map(([id, mask]) => [id, { mask, earlierCalls: earlier.get(id) ?? 0 }]))
  }

  async function namesOf(organization: string) {
    const known = names.get(organization) ?? (await needs.names(organization))
    names.set(organization, known)
    return known
  }

  return {
    quality,
    codecs,
    muted,
    /** A call ended: the history is read again, and its caller has one earlier call more. */
    callEnded(organization: string, call: string, caller: string) {
      ended += 1
      recent.delete(organization)
      const known = callers.get(organization)
      if (known) callers.set(organization, new Map([...known].filter(([id]) => id !== caller)))
      quality.delete(call)
    },
    membersChanged: (organization: string) => void names.delete(organization),
    async read(organization: { id: string; name: string }): Promise<Board> {
      const { id } = organization
      const endedBefore = ended
      const history = recent.get(id) ?? (await needs.repository.recent(id, recentCalls))
      const operators = await needs.operators.list(id)
      const known = await namesOf(id)
      const calls = needs.calls.list().filter(c => c.facts.organization === id)
      const wanted = new Set([...calls.map(c => c.facts.caller), ...history.map(r => r.caller)])
      const seen = await callersOf(id, wanted)
      if (ended === endedBefore) {
        recent.set(id, history)
        callers.set(id, seen)
      }
      return {
        now: needs.now(),
        organization,
        calls,
        operators,
        recent: history,
        names: known,
        callers: seen,
        muted,
        quality,
        codecs,
      }
    },
  }
}

export type Boards = ReturnType<typeof createBoards>
