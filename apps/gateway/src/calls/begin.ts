import { randomUUID } from 'node:crypto'
import type { Arrival, CallsPort, LegRecord } from '../legs/leg.port.ts'
import type { MediaPort } from '../media/worker.port.ts'
import { firstState } from './arrival.rules.ts'
import type { CallInput, CallState, CallWrite, QueueTerms } from './call.state.ts'
import type { Clock } from './clock.port.ts'
import type { Failpoints } from './failpoints.port.ts'
import type { OpenResult } from './journal.port.ts'
import type { SpoolingJournal } from './journal.ts'
import type { Change } from './mailbox.ts'
import { dialledState, type Outgoing } from './outgoing.rules.ts'

export type BeginningsNeeds = {
  journal: Pick<SpoolingJournal, 'open' | 'isSpooling'>
  media: Pick<MediaPort, 'place'>
  clock: Pick<Clock, 'now'>
  failpoints: Failpoints
  queueTerms(queue: string): Promise<QueueTerms | undefined>
  isAway(error: unknown): boolean
  isAccepting(): boolean
  /** Whoever ends everything waits for this. */
  underWay<T>(work: Promise<T>): Promise<T>
  adopt(state: CallState, sequence: number): void
  apply(change: Change): void
}

type NotNow = { ok: false; code: 'gateway.stopping' | 'gateway.database-away' }

export type Dialled = { ok: true; call: string } | NotNow | { ok: false; code: 'operator.busy' }

type Beginning = { state: CallState; input: CallInput; writes: CallWrite[]; leg: Omit<LegRecord, 'call'> }

/** How calls come to be, in and out: nothing of one leaves the process before its first entry is durable. */
export function createBeginnings(needs: BeginningsNeeds) {
  const { journal, media, clock } = needs

  /** A call begins only while calls are taken and the database can say whose it is. */
  async function open(queue: string, make: (terms: QueueTerms) => Beginning): Promise<OpenResult | NotNow> {
    if (!needs.isAccepting()) return { ok: false, code: 'gateway.stopping' }
    if (journal.isSpooling) return { ok: false, code: 'gateway.database-away' }
    try {
      const terms = await needs.queueTerms(queue)
      if (!terms) throw new Error(`queue ${queue} does not exist`)
      return await needs.underWay(begin(make(terms)))
    } catch (error) {
      if (needs.isAway(error)) return { ok: false, code: 'gateway.database-away' }
      throw error
    }
  }

  async function begin({ state, input, writes, leg }: Beginning): Promise<OpenResult> {
    const { call, number, arrivedAt: at } = state.facts
    const pass = (moment: Parameters<Failpoints['pass']>[0]) =>
      needs.failpoints.pass(moment, 'none', input.type, number)
    await pass('before append')
    const opened = await journal.open({ call, sequence: 1, at, input, state, writes }, { ...leg, call })
    if (opened.type !== 'open' || opened.call !== call) return opened
    needs.adopt(state, 1)
    await pass('after append')
    needs.apply({ before: undefined, after: state, input })
    await pass('after effects')
    return opened
  }

  return {
    async arrive(arrival: Arrival): ReturnType<CallsPort['arrive']> {
      const opened = await open(arrival.queue, terms => {
        const made = { call: randomUUID(), now: clock.now(), worker: placed(media) }
        const state = firstState(arrival, terms, made)
        return { state, input: { type: 'arrived' }, writes: [], leg: arrival.leg }
      })
      if ('ok' in opened) return opened
      if (opened.type === 'claim refused') throw new Error('an arrival takes no operator')
      return { ok: true, call: opened.call }
    },

    async dial(outgoing: Outgoing): Promise<Dialled> {
      const { operator, leg } = outgoing
      const opened = await open(outgoing.queue, terms => {
        const now = clock.now()
        const state = dialledState(outgoing, terms, { call: randomUUID(), now })
        const taken: CallWrite = { type: 'take operator', operator, at: now }
        return { state, input: { type: 'dialled', operator }, writes: [taken], leg }
      })
      if ('ok' in opened) return opened
      return opened.type === 'open' ? { ok: true, call: opened.call } : { ok: false, code: 'operator.busy' }
    },
  }
}

function placed(media: Pick<MediaPort, 'place'>): number | undefined {
  try {
    return media.place()
  } catch {
    return undefined
  }
}
