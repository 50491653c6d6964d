import { serializeRtp } from '@ringdown/media'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WorkerEvent } from '../worker.port.ts'
import { Clock } from './clock.ts'
import { RtpEndpoint } from './rtp-endpoint.ts'
import { RtpPorts } from './rtp-ports.ts'
import { createTestPhone, type TestPhone } from './testing/create-test-phone.ts'
import { findFreePorts } from './testing/create-test-worker.ts'
import { Inbox } from './testing/inbox.ts'

let now: number
let endpoint: RtpEndpoint
let events: Inbox<WorkerEvent['type']>
let phones: TestPhone[]

async function openPhone(): Promise<TestPhone> {
  const phone = await createTestPhone()
  phones.push(phone)
  return phone
}

beforeEach(async () => {
  now = 1_000_000
  events = new Inbox()
  phones = []
  const phone = await openPhone()
  const hosts = { 4: '127.0.0.1', 6: '::1' }
  const start = await findFreePorts(4)
  const ports = new RtpPorts({ hosts, from: start, to: start + 3, begin: 0, now: () => now })
  const reports = {
    connected: () => events.add('connected'),
    silent: () => {},
    digit: () => {},
    lost: () => {},
    codecChanged: () => {},
  }
  const clock = new Clock(() => now)
  const pair = (await ports.bind())!
  const { settings } = phone
  endpoint = new RtpEndpoint({ id: 'a', call: 'c', pair, ports, settings, clock, reports })
  phone.target = endpoint.local
})

afterEach(() => {
  endpoint.close()
  for (const phone of phones) phone.close()
})

const silence = new Uint8Array(160)

async function received(packets: number, strangers: number): Promise<void> {
  const counts = () => [endpoint.inlet.stats(now).packets, endpoint.counts(now).foreignPackets] as const
  while (counts()[0] < packets || counts()[1] < strangers) await new Promise(setImmediate)
  expect(counts()).toEqual([packets, strangers])
}

describe('the source of a telephone’s audio', () => {
  it('is its peer’s own stream on another port only after 3 s of silence, and never another stream', async () => {
    const [phone] = phones as [TestPhone]
    const moved = await openPhone()
    const stranger = await openPhone()
    moved.target = phone.target
    stranger.target = phone.target
    const goOn = (sequences: number[]) => {
      for (const sequence of sequences) {
        const header = { marker: false, payloadType: 0, sequence, timestamp: 5000, ssrc: phone.ssrc }
        moved.sendRaw(serializeRtp(header, silence))
      }
    }
    phone.speak(silence)
    await events.next(() => true)
    goOn([200, 201, 202, 203])
    await received(1, 4)
    now += 3000
    for (let i = 0; i < 4; i++) stranger.speak(silence)
    await received(1, 8)
    goOn([204, 205, 206, 207])
    await received(3, 10)
  })
})
