import type { Ending } from '@ringdown/contract'
import type { SipResponse } from '@ringdown/sip'
import type { CallsPort, LegRecord } from '../leg.port.ts'
import { createTestCalls, createTestClock, createTestCounter } from '../stream/doubles.ts'
import { createTestDirectory, createTestMedia } from './doubles.ts'
import { createSipDriver, type SipDriver } from './index.ts'
import type { SipCounter, TrunkCredentials, VerifyCaller } from './sip.port.ts'
import { type InviteOptions, TestCall } from './test-call.ts'
import { TestPhone, type Transport } from './test-phone.ts'

class DatabaseAway extends Error {}

const byOperator: Ending = { result: 'completed', reason: 'hung-up-by-operator' }

/** The SIP driver on real sockets, between doubles of everything around it, and a telephone. */
export async function createTestBench({
  transport = 'udp',
  verifyCaller,
  addressFor = () => '127.0.0.1',
}: {
  transport?: Transport
  verifyCaller?: VerifyCaller
  addressFor?: (peer: string) => string
} = {}) {
  const clock = createTestClock()
  const media = createTestMedia()
  const calls = createTestCalls()
  const directory = createTestDirectory()
  const counter = createTestCounter<Parameters<SipCounter['count']>[0]>()
  let beforeReport: (() => Promise<void>) | undefined
  /** What legs are continued from, as it was stored last after they began. */
  const kept = new Map<string, string>()
  let beforeKeep: (() => Promise<void>) | undefined
  const credentials = new Map<string, TrunkCredentials>()
  const port: CallsPort = {
    ...calls.port,
    async report(event) {
      await beforeReport?.()
      return calls.port.report(event)
    },
  }
  const start = (): SipDriver =>
    createSipDriver({
      calls: port,
      media: media.port,
      clock,
      counter,
      ...directory.asks,
      isAway: error => error instanceof DatabaseAway,
      addressFor,
      trunkCredentials: async trunk => credentials.get(trunk),
      async keepLeg({ leg, data }) {
        await beforeKeep?.()
        kept.set(leg, data)
      },
      ...(verifyCaller ? { verifyCaller } : {}),
    })
  let driver = start()
  const at = await driver.listen({ host: '127.0.0.1', port: 0 })
  const phones: TestPhone[] = []
  const openPhone = async () => {
    const phone = await TestPhone.open({ transport, server: at.port })
    phones.push(phone)
    return phone
  }
  const phone = await openPhone()

  /** Rounds, because what one message brings about is the next. */
  async function settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      await driver.settled(Number.MAX_SAFE_INTEGER)
      for (const one of phones) await one.ping()
    }
  }

  /** A call that rings and stands in the journal. */
  async function ring(options?: InviteOptions) {
    const call = new TestCall(phone, options)
    await call.invite()
    await settle()
    const record: LegRecord = { ...calls.arrivals.at(-1)!.leg, call: `call-${calls.arrivals.length}` }
    return { call, record, endpoint: `caller:${record.call}` }
  }

  type Ringing = Awaited<ReturnType<typeof ring>>

  const openMedia = ({ record, endpoint }: Ringing, worker = 0) =>
    driver.openMedia({ leg: record.leg, call: record.call, endpoint, worker })

  /** Answers a call that rings; its 2xx, not yet acknowledged. */
  async function answer(ringing: Ringing): Promise<SipResponse> {
    const opened = await openMedia(ringing)
    if (opened.type !== 'open') throw new Error(opened.type)
    await driver.answer({ leg: ringing.record.leg, media: opened.media })
    return ringing.call.answered()
  }

  return {
    ring,
    openMedia,
    answer,
    /** Two people talk. */
    async talk(options?: InviteOptions) {
      const ringing = await ring(options)
      await ringing.call.ack(await answer(ringing))
      await settle()
      return ringing
    },
    kept,
    credentials,
    /** Runs before a leg is stored. */
    beforeKeeping(run: typeof beforeKeep) {
      beforeKeep = run
    },
    /** Runs before every report is taken into the journal. */
    beforeReports(run: typeof beforeReport) {
      beforeReport = run
    },
    hangUp: ({ record }: Ringing, ending: Ending = byOperator) => driver.hangUp({ leg: record.leg, ending }),
    ended: () => calls.told.flatMap(event => (event.type === 'ended' ? [event.cause] : [])),
    clock,
    media,
    calls,
    directory,
    counter,
    phone,
    port: at.port,
    openPhone,
    settle,
    driver: () => driver,
    databaseAway: () => new DatabaseAway('the database is away'),
    call: (options?: InviteOptions) => new TestCall(phone, options),
    /** A new control knows only what the journal holds. */
    async restart(...ringing: { ringing: Ringing; answered: boolean }[]): Promise<void> {
      await this.kill()
      for (const one of ringing)
        driver.restore(structuredClone(one.ringing.record), { answered: one.answered })
      await this.listen()
      media.announce()
    },
    /** Without a word to anyone. The next one listens on the same port once its legs are restored. */
    async kill(): Promise<void> {
      media.disconnect()
      const noticed = Promise.all(phones.map(one => one.disconnected()))
      await driver.close()
      await noticed
      driver = start()
    },
    listen: () => driver.listen({ host: '127.0.0.1', port: at.port }),
    async close(): Promise<void> {
      await driver.close()
      for (const one of phones) await one.close()
    },
  }
}

export type TestBench = Awaited<ReturnType<typeof createTestBench>>
