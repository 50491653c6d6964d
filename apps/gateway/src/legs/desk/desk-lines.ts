import type { MediaPort } from '../../media/worker.port.ts'
import type { OutgoingLegs, OutgoingPlan } from '../sip/outgoing/outgoing.port.ts'
import type { Reach } from '../sip/registrar/registrar.port.ts'
import type { DeskLegsPort, DeskOrder, DeskReports, DeskWish } from './desk-lines.port.ts'
import { DeskPhone, type DeskPhoneNeeds } from './desk-phone.ts'

export type DeskLinesNeeds = {
  driver: DeskPhoneNeeds['driver'] & { outgoing: OutgoingLegs }
  media: Pick<MediaPort, 'command' | 'onWorker'>
  /** Ways to a member's telephones. */
  contactsOf(member: { organization: string; member: string }): readonly Reach[]
  planOf(order: { reach: Reach; title: string }): OutgoingPlan
  store: DeskLegsPort
  reports: DeskReports
  newToken(): string
  onFailed(what: string, error: unknown): void
}

export interface DeskLines {
  /** Makes the telephones of one call what it wants them to be. */
  follow(order: DeskOrder): void
  /** Makes known what a former control left, before anything can be heard from a telephone. */
  restore(): Promise<void>
  /** Every call that is open has been followed: telephones of others are hung up. */
  restored(open: ReadonlySet<string>): void
}

const endpointPrefix = 'desk:'

/** The desk phones of all operators of this control that ring or talk. */
export function createDeskLines(needs: DeskLinesNeeds): DeskLines {
  const { driver, media, store, reports, onFailed } = needs
  const phones = new Set<DeskPhone>()
  /** Called by a former control; whether they still ring is said once. */
  const stale = new Set<DeskPhone>()

  const phoneNeeds: DeskPhoneNeeds = {
    driver,
    store,
    closeAudio: ({ worker, endpoint }) => media.command(worker, { type: 'close', endpoint }),
    async pickedUp(phone) {
      const { call, operator, end } = phone
      return reports.pickedUp({ call, operator, line: end })
    },
    async ended(phone, was) {
      const { call, operator } = phone
      if (was === 'talking') return reports.hungUp({ call, operator })
      if (!of(phone).some(other => other.stage !== 'over')) await reports.declined({ call, operator })
    },
    held({ call, operator }, isHeld) {
      void reports.held({ call, operator, isHeld }).catch(failed('hold'))
    },
    forget: phone => void phones.delete(phone),
    onFailed,
  }

  const failed = (what: string) => (error: unknown) => onFailed(what, error)
  const of = (order: { call: string; operator: string }) => [...phones].filter(phone => phone.isFor(order))

  async function start(order: DeskOrder, operator: string, reach: Reach): Promise<void> {
    const { call, organization, worker } = order
    const endpoint = `${endpointPrefix}${operator}:${needs.newToken()}`
    const plan = needs.planOf({ reach, title: order.title })
    // The leg names its listener when it is made, and the telephone its leg.
    const later: { phone?: DeskPhone } = {}
    const prepared = driver.outgoing.prepare({
      plan,
      trunk: null,
      listener: {
        report: async event => (await later.phone?.listener.report(event)) ?? 'gone',
        holds: isHeld => later.phone?.listener.holds?.(isHeld),
        keep: async data => later.phone?.listener.keep(data),
      },
    })
    if (!prepared.ok) return
    const { leg, data } = prepared.leg
    const record = { leg, call, organization, operator, worker, endpoint }
    const phone = new DeskPhone(record, phoneNeeds)
    later.phone = phone
    phones.add(phone)
    try {
      await store.add({ ...record, data })
      await phone.ring()
    } catch (error) {
      onFailed('ring', error)
      await phone.hangUp()
    }
  }

  function ring(order: DeskOrder, operator: string): void {
    const known = of({ call: order.call, operator })
    for (const phone of known.filter(one => stale.delete(one))) void phone.ring()
    if (known.length > 0) return
    const { call, organization } = order
    const ways = needs.contactsOf({ organization, member: operator })
    for (const reach of ways) void start(order, operator, reach)
    if (ways.length === 0) void reports.declined({ call, operator }).catch(failed('ring'))
  }

  function talk(order: DeskOrder, wish: Extract<DeskWish, { type: 'talk' }>): void {
    for (const phone of of({ call: order.call, operator: wish.operator })) {
      const wasStale = stale.delete(phone)
      const isIt =
        wish.endpoint === null ? wasStale || phone.stage === 'talking' : phone.end.endpoint === wish.endpoint
      if (isIt) phone.talks()
      else void phone.hangUp({ isAnsweredElsewhere: true })
      // Its audio went with a worker while no control was there to say so.
      if (isIt && wasStale && wish.endpoint === null) void back(phone).catch(failed('back'))
    }
  }

  function hangUpOthers({ call, wishes, isAnswered }: DeskOrder): void {
    const wished = new Set(wishes.map(({ operator }) => operator))
    for (const phone of phones)
      if (phone.call === call && !wished.has(phone.operator))
        void phone.hangUp({ isAnsweredElsewhere: isAnswered })
  }

  async function reopen(phone: DeskPhone, worker: number): Promise<void> {
    if ((await phone.reopen(worker)) && phone.stage === 'talking') await back(phone)
  }

  const back = ({ call, operator, end }: DeskPhone) => reports.back({ call, operator, line: end })

  function lose(phone: DeskPhone): void {
    if (!phone.audioLost() || phone.stage !== 'talking') return
    const { call, operator } = phone
    void reports.away({ call, operator }).catch(failed('away'))
  }

  media.onWorker((worker, state) => {
    for (const phone of phones) {
      if (phone.end.worker !== worker) continue
      const isThere = state.up && state.endpoints.some(({ endpoint }) => endpoint === phone.end.endpoint)
      if (!isThere) lose(phone)
      if (state.up) void reopen(phone, worker).catch(failed('reopen'))
    }
  })

  return {
    follow(order) {
      for (const wish of order.wishes) {
        if (wish.type === 'ring') ring(order, wish.operator)
        else talk(order, wish)
      }
      hangUpOthers(order)
    },

    async restore() {
      for (const record of await store.read()) {
        const phone = new DeskPhone(record, phoneNeeds)
        const isKnown = driver.outgoing.restore({ ...record, kind: 'sip' }, phone.listener)
        if (!isKnown) {
          await store.remove(record.leg)
          continue
        }
        phones.add(phone)
        stale.add(phone)
      }
    },

    restored(open) {
      for (const phone of phones) if (!open.has(phone.call)) void phone.hangUp()
      stale.clear()
    },
  }
}
