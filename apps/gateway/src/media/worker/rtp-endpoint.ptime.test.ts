import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestPhone, type TestPhone } from './testing/create-test-phone.ts'
import { createTestWorker, type TestWorker } from './testing/create-test-worker.ts'

let worker: TestWorker
let phones: TestPhone[]

beforeEach(async () => {
  worker = await createTestWorker()
  phones = []
})

afterEach(async () => {
  for (const phone of phones) phone.close()
  await worker.stop()
})

async function openPhone(
  endpoint: string,
  order: Parameters<typeof createTestPhone>[0] & { ptime?: number },
) {
  const { ptime, ...options } = order
  const phone = await createTestPhone(options)
  phones.push(phone)
  const settings = { ...phone.settings, ...(ptime === undefined ? {} : { ptime }) }
  const opened = await worker.command({ type: 'open rtp', endpoint, call: 'c1', settings })
  if (!opened.ok || opened.type !== 'rtp') throw new Error(JSON.stringify(opened))
  phone.target = opened.local
  return phone
}

const hears = (endpoint: string, other: string) =>
  worker.command({ type: 'hear', endpoint, source: { type: 'endpoint', endpoint: other } })

const heardAtLeast = (phone: TestPhone, bytes: number) =>
  phone.heard.until(items =>
    items.reduce((sum, { payload }) => sum + payload.length, 0) >= bytes ? items : undefined,
  )

const steps = (numbers: readonly number[], modulus: number) =>
  numbers.slice(1).map((number, i) => (number - numbers[i]! + modulus) % modulus)

/** 240 ms in which no two neighbours are the same. */
const said = Uint8Array.from({ length: 1920 }, (_, i) => (i * 7) % 251)

describe('packets of 10 to 60 ms (a=ptime)', () => {
  it.each([
    ['PCMU', 10],
    ['PCMU', 30],
    ['PCMA', 40],
    ['G722', 60],
  ] as const)('go to a %s telephone as it asks, %i ms, with no byte changed', async (codec, ptime) => {
    const speaker = await openPhone('a', { codec })
    const listener = await openPhone('b', { codec, ptime })
    await hears('b', 'a')
    for (let at = 0; at < said.length; at += 160) speaker.speak(said.subarray(at, at + 160))
    const heard = await heardAtLeast(listener, said.length)
    expect(heard.map(({ payload }) => payload.length)).toEqual(Array(240 / ptime).fill(ptime * 8))
    expect(Buffer.concat(heard.map(({ payload }) => payload))).toEqual(Buffer.from(said))
    expect(
      new Set(
        steps(
          heard.map(({ sequence }) => sequence),
          0x10000,
        ),
      ),
    ).toEqual(new Set([1]))
    expect(
      new Set(
        steps(
          heard.map(({ timestamp }) => timestamp),
          2 ** 32,
        ),
      ),
    ).toEqual(new Set([ptime * 8]))
    const snapshot = await worker.command({ type: 'snapshot' })
    expect(snapshot).toMatchObject({
      endpoints: [{}, { endpoint: 'b', stats: { packetsSent: 240 / ptime } }],
    })
  })

  it.each([10, 30, 60])(
    'come from a telephone as it likes, %i ms, and go on to one that did not ask as they are',
    async ms => {
      const speaker = await openPhone('a', {})
      const listener = await openPhone('b', {})
      await hears('b', 'a')
      for (let at = 0; at < said.length; at += ms * 8) speaker.speak(said.subarray(at, at + ms * 8))
      const heard = await heardAtLeast(listener, said.length)
      expect(heard.map(({ payload }) => payload.length)).toEqual(Array(240 / ms).fill(ms * 8))
      expect(Buffer.concat(heard.map(({ payload }) => payload))).toEqual(Buffer.from(said))
    },
  )

  it('carry prompts too, at the length asked for', async () => {
    const listener = await openPhone('a', { ptime: 40 })
    const items = [{ type: 'clip', name: 'en/short' } as const]
    await worker.command({ type: 'hear', endpoint: 'a', source: { type: 'playlist', playlist: 'p', items } })
    const heard = await heardAtLeast(listener, 640)
    expect(heard.map(({ payload }) => payload.length)).toEqual(heard.map(() => 320))
  })

  it('leave the packets of a key press (RFC 4733) as they are', async () => {
    const listener = await openPhone('a', { ptime: 60, telephoneEvent: 101 })
    await worker.command({ type: 'send digits', endpoint: 'a', digits: '5' })
    const last = await listener.heard.next(({ payload }) => (payload[1]! & 0x80) !== 0)
    expect(last).toMatchObject({ payloadType: 101 })
    expect(listener.heard.items.every(({ payload }) => payload.length === 4)).toBe(true)
  })

  it('change with a re-INVITE, and the numbers go on', async () => {
    const speaker = await openPhone('a', {})
    const listener = await openPhone('b', { ptime: 40 })
    await hears('b', 'a')
    for (let at = 0; at < 640; at += 160) speaker.speak(said.subarray(at, at + 160))
    await heardAtLeast(listener, 640)
    await worker.command({ type: 'update rtp', endpoint: 'b', settings: listener.settings })
    for (let at = 640; at < 1280; at += 160) speaker.speak(said.subarray(at, at + 160))
    const heard = await heardAtLeast(listener, 1280)
    expect(heard.map(({ payload }) => payload.length)).toEqual([320, 320, 160, 160, 160, 160])
    expect(
      new Set(
        steps(
          heard.map(({ sequence }) => sequence),
          0x10000,
        ),
      ),
    ).toEqual(new Set([1]))
  })
})
