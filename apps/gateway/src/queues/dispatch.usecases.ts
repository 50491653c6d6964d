import type { Calls, Clock } from '../calls/index.ts'
import { inOrder, isStaffed, notAsked } from './assign.rules.ts'
import type { OperatorsRepository } from './operators.repository.ts'

export type DispatchNeeds = {
  calls: Pick<Calls, 'list' | 'tell'>
  operators: Pick<OperatorsRepository, 'claim' | 'unclaim' | 'list'>
  clock: Clock
  /** No new offers while the database is away: nobody could say who has whom. */
  isHalted(): boolean
  onFailed(error: unknown): void
}

/** After a failure. ms */
const tryAgainMs = 1_000

type Round = { done: Promise<void>; next: Promise<void> | undefined }

/**
 * Brings waiting callers and free operators together, one organization at a time: the first in line rings every
 * available operator (FEATURES RT-6, ring-all), the next in line whoever is left. Kicked whenever someone began to wait or became
 * free; a kick during a round makes one more round.
 */
export function createDispatch(needs: DispatchNeeds) {
  const { calls, operators, clock } = needs
  const rounds = new Map<string, Round>()
  const isDue = new Set<string>()

  async function round(organization: string) {
    if (needs.isHalted()) return
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

  async function start(organization: string): Promise<void> {
    const mine: Round = { done: Promise.resolve(), next: undefined }
    rounds.set(organization, mine)
    mine.done = round(organization).catch((error: unknown) => failed(organization, error))
    await mine.done
    if (!mine.next) rounds.delete(organization)
  }

  /** Callers wait, and nothing else may ever happen that kicks. */
  function failed(organization: string, error: unknown) {
    needs.onFailed(error)
    if (!isDue.has(organization)) clock.at(clock.now() + tryAgainMs, () => tryAgain(organization))
    isDue.add(organization)
  }

  function tryAgain(organization: string) {
    isDue.delete(organization)
    void kick(organization)
  }

  /** Resolves when a round that began after this call is over. */
  function kick(organization: string): Promise<void> {
    const running = rounds.get(organization)
    if (!running) return start(organization)
    running.next ??= running.done.then(() => start(organization))
    return running.next
  }

  return { kick }
}

export type Dispatch = ReturnType<typeof createDispatch>
