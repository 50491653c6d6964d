import type { Calls, Clock } from '../calls/index.ts'
import { inOrder, isStaffed, notAsked } from './assign.rules.ts'
import type { OperatorsRepository } from './operators.repository.ts'

export type DispatchNeeds = {
  calls: Pick<Calls, 'list' | 'tell'>
  operators: Pick<OperatorsRepository, 'claim' | 'unclaim' | 'list'>
  clock: Pick<Clock, 'now'>
  /** No new offers while the database is away: nobody could say who has whom. */
  isHalted(): boolean
  onFailed(error: unknown): void
}

/**
 * Brings waiting callers and free operators together, one organization at a time: the first in line rings every
 * available operator (FEATURES RT-6, ring-all), the next in line whoever is left. Kicked whenever someone began to wait or became
 * free; a kick during a round makes one more round.
 */
export function createDispatch(needs: DispatchNeeds) {
  const { calls, operators, clock } = needs
  const rounds = new Map<string, { again: boolean; done: Promise<void> }>()

  async function round(organization: string) {
    const rows = await operators.list(organization)
    const staffed = isStaffed(rows)
    const line = inOrder(calls.list().filter(c => c.facts.organization === organization))
    let free = rows.filter(o => o.status === 'available' && o.lineWarm).length
    for (const [index, call] of line.entries()) {
      const id = call.facts.call
      if (free > 0 && !needs.isHalted()) free -= await offer(id, organization)
      const now = calls.list().find(c => c.facts.call === id)
      // Whoever is being rung for is about to be answered: telling them their place would only restart the music.
      if (now?.type === 'queued' || line.length > 1)
        await calls.tell(id, { type: 'place', position: index + 1, staffed })
    }
  }

  async function offer(call: string, organization: string): Promise<number> {
    const state = inOrder(calls.list()).find(c => c.facts.call === call)
    if (!state) return 0
    const now = clock.now()
    const ringUntil = now + state.facts.queue.ringMs
    const claimed = await operators.claim({ call, organization, except: notAsked(state, now), ringUntil })
    if (claimed.length === 0) return 0
    const told = await calls.tell(call, { type: 'offers made', operators: claimed })
    if (told !== 'taken') await operators.unclaim(call, claimed)
    return claimed.length
  }

  async function run(organization: string, mine: { again: boolean }) {
    do {
      mine.again = false
      try {
        await round(organization)
      } catch (error) {
        needs.onFailed(error)
      }
    } while (mine.again)
    rounds.delete(organization)
  }

  return {
    /** Resolves when a round that began after this call is over. */
    kick(organization: string): Promise<void> {
      const running = rounds.get(organization)
      if (running) {
        running.again = true
        return running.done
      }
      const mine = { again: false, done: Promise.resolve() }
      rounds.set(organization, mine)
      mine.done = run(organization, mine)
      return mine.done
    },
  }
}

export type Dispatch = ReturnType<typeof createDispatch>
