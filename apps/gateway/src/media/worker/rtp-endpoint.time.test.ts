import { rmSync } from 'node:fs'
import { isRtcp, serializeRtcp } from '@ringdown/media'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WorkerEvent } from '../worker.port.ts'
import { loadClips } from './clips.ts'
import { Clock } from './clock.ts'
import { Router, TURN_MS } from './router.ts'
import { RtpEndpoint } from './rtp-endpoint.ts'
import { RtpPorts } from './rtp-ports.ts'
import { createTestPhone, type TestPhone } from './testing/create-test-phone.ts'
import { createTestPrompts, findFreePorts } from './testing/create-test-worker.ts'
import { Inbox } from './testing/inbox.ts'

let now: number
let events: Inbox<WorkerEvent>
let router: Router
let phone: TestPhone
let prompts: string

beforeEach(async () => {
  now = 1_000_000
  events = new Inbox()
  const clock = new Clock(() => now)
  const emit = (event: WorkerEvent) => events.add(event)
  prompts = createTestPrompts()
  router = new Router({ clock, clips: loadClips(prompts), emit })
  phone = await createTestPhone()
  const start = await findFreePorts(4)
  const hosts = { 4: '127.0.0.1', 6: '::1' }
  const ports = new RtpPorts({ hosts, from: start, to: start + 3, begin: 0, now: () => now })
  const pair = (await ports.bind())!
  const settings = phone.settings
  const reports = router.reportsOf('a')
  const endpoint = new RtpEndpoint({ id: 'a', call: 'c', pair, ports, settings, clock, reports })
  router.add(endpoint)
  phone.target = endpoint.local
})

afterEach(() => {
  phone.close()
  router.closeAll('over')
  rmSync(prompts, { recursive: true })
})

function wait(seconds: number) {
  for (let passed = 0; passed < seconds * 1000; passed += TURN_MS) {
    now += TURN_MS
    router.takeTurn(now)
  }
}

const count = (type: WorkerEvent['type']) => events.items.filter(event => event.type === type).length

describe('an RTP endpoint, as time passes', () => {
  it('is reported silent once, 15 s after the last packet, and again after it spoke', async () => {
    wait(14)
    expect(count('silent')).toBe(0)
    wait(30)
    expect(count('silent')).toBe(1)
    phone.speak(new Uint8Array(160))
    await events.next(event => event.type === 'connected')
    wait(14)
    expect(count('silent')).toBe(1)
    wait(2)
    expect(count('silent')).toBe(2)
  })

  it('is not silent while only RTCP comes', async () => {
    wait(10)
    // An empty receiver report (RFC 3550 §6.4.2).
    phone.sendRtcp(Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 9))
    phone.speak(new Uint8Array(160))
    await events.next(event => event.type === 'connected')
    wait(14)
    expect(count('silent')).toBe(0)
  })

  it('reports its quality every five seconds', () => {
    wait(11)
    expect(count('quality')).toBe(2)
    expect(events.items.find(event => event.type === 'quality')).toEqual({
      type: 'quality',
      endpoint: 'a',
      stats: {
        packetsReceived: 0,
        packetsSent: 0,
        lossPercent: 0,
        jitterMs: 0,
        silentForMs: null,
        level: null,
        foreignPackets: 0,
      },
    })
  })

  it('sends a receiver report before it spoke, and reports what it lost', async () => {
    phone.speak(new Uint8Array(160))
    await events.next(event => event.type === 'connected')
    // The second packet never arrives.
    const { target } = phone
    phone.target = { address: '127.0.0.1', port: 9 }
    phone.speak(new Uint8Array(160))
    phone.target = target
    phone.speak(new Uint8Array(160))
    phone.speak(new Uint8Array(160))
    while (router.snapshot()[0]!.stats.packetsReceived < 3) await new Promise(setImmediate)
    wait(10)
    const report = await phone.reports.next(packet => packet.type === 'RR')
    expect(report).toMatchObject({ reports: [{ ssrc: phone.ssrc, cumulativeLost: 1 }] })
    expect(router.snapshot()[0]!.stats.lossPercent).toBe(25)
  })

  it('sends and takes reports on the RTP port where the peer has both on one (RFC 5761)', async () => {
    const endpoint = router.find('a') as RtpEndpoint
    endpoint.update({ ...phone.settings, rtcpMux: true })
    phone.speak(new Uint8Array(160))
    await events.next(event => event.type === 'connected')
    wait(10)
    await phone.datagrams.next(isRtcp)
    expect(phone.reports.items).toEqual([])
    const silentBefore = endpoint.counts(now).silentForMs!
    phone.sendRaw(serializeRtcp([{ type: 'RR', ssrc: phone.ssrc, reports: [] }]))
    while (endpoint.counts(now).silentForMs! >= silentBefore) await new Promise(setImmediate)
  })

  it('sends a sender report once it spoke', async () => {
    router.earOf('a')!.hear({ type: 'playlist', playlist: 'p', items: [{ type: 'music' }] })
    // The clock's real timer calls for frames of a time that the test makes pass.
    while (router.snapshot()[0]!.stats.packetsSent === 0) {
      now += 20
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    wait(10)
    const report = await phone.reports.next(packet => packet.type === 'SR')
    expect(report).toMatchObject({ type: 'SR' })
  })
})
