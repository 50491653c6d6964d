import { createTestCalls, createTestClock, createTestCounter } from '../stream/doubles.ts'
import { createTestDirectory, createTestMedia } from './doubles.ts'
import { createSipDriver, type SipDriver } from './index.ts'
import type { SipCounter } from './sip.port.ts'
import { type InviteOptions, TestCall } from './test-call.ts'
import { TestPhone, type Transport } from './test-phone.ts'

class DatabaseAway extends Error {}

/** The SIP driver on real sockets, between doubles of everything around it, and a telephone. */
export async function createTestBench({ transport = 'udp' }: { transport?: Transport } = {}) {
  const clock = createTestClock()
  const media = createTestMedia()
  const calls = createTestCalls()
  const directory = createTestDirectory()
  const counter = createTestCounter<Parameters<SipCounter['count']>[0]>()
  const start = (): SipDriver =>
    createSipDriver({
      calls: calls.port,
      media: media.port,
      clock,
      counter,
      ...directory.asks,
      isAway: error => error instanceof DatabaseAway,
      addressFor: () => '127.0.0.1',
    })
  let driver = start()
  const { port } = await driver.listen({ host: '127.0.0.1', port: 0 })
  const phones: TestPhone[] = []
  const openPhone = async () => {
    const phone = await TestPhone.open({ transport, server: port })
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

  return {
    clock,
    media,
    calls,
    directory,
    counter,
    phone,
    port,
    openPhone,
    settle,
    driver: () => driver,
    databaseAway: () => new DatabaseAway('the database is away'),
    call: (options?: InviteOptions) => new TestCall(phone, options),
    /** Without a word to anyone. The next one listens on the same port once its legs are restored. */
    async kill(): Promise<void> {
      media.disconnect()
      const noticed = Promise.all(phones.map(one => one.disconnected()))
      await driver.close()
      await noticed
      driver = start()
    },
    listen: () => driver.listen({ host: '127.0.0.1', port }),
    async close(): Promise<void> {
      await driver.close()
      for (const one of phones) await one.close()
    },
  }
}

export type TestBench = Awaited<ReturnType<typeof createTestBench>>
