import { encodeG711, serializeRtp, transcodeG711 } from '@ringdown/media'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WorkerEvent } from '../worker.port.ts'
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

async function openPhone(endpoint: string, options: Parameters<typeof createTestPhone>[0] = {}) {
  const phone = await createTestPhone(options)
  phones.push(phone)
  const answer = await worker.command({ type: 'open rtp', endpoint, call: 'c1', settings: phone.settings })
  if (!answer.ok || answer.type !== 'rtp') throw new Error(JSON.stringify(answer))
  phone.target = answer.local
  return phone
}

async function bridge(a: string, b: string) {
  await worker.command({ type: 'hear', endpoint: a, source: { type: 'endpoint', endpoint: b } })
  await worker.command({ type: 'hear', endpoint: b, source: { type: 'endpoint', endpoint: a } })
}

const isConnected = (event: WorkerEvent) => event.type === 'connected'
const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code)
const silence = new Uint8Array(160).fill(0xff)

describe('an RTP endpoint', () => {
  it('passes on all 256 payload bytes untouched, both ways, with its own header', async () => {
    const a = await openPhone('a')
    const b = await openPhone('b')
    await bridge('a', 'b')
    a.speak(everyCode.subarray(0, 160))
    a.speak(everyCode.subarray(96))
    b.speak(everyCode.subarray(96))
    const [first, second] = await b.heard.until(items => (items.length >= 2 ? items : undefined))
    expect([...first!.payload]).toEqual([...everyCode.subarray(0, 160)])
    expect([...second!.payload]).toEqual([...everyCode.subarray(96)])
    expect(first!.marker).toBe(true)
    expect(first!.ssrc).not.toBe(a.ssrc)
    expect((second!.sequence - first!.sequence) & 0xffff).toBe(1)
    expect((second!.timestamp - first!.timestamp) >>> 0).toBe(160)
    const back = await a.heard.next(() => true)
    expect([...back.payload]).toEqual([...everyCode.subarray(96)])
  })

  it('converts between the laws where the two sides speak different ones', async () => {
    const a = await openPhone('a', { codec: 'PCMU' })
    const b = await openPhone('b', { codec: 'PCMA' })
    await bridge('a', 'b')
    a.speak(everyCode)
    const heard = await b.heard.next(() => true)
    expect(heard.payloadType).toBe(8)
    expect([...heard.payload]).toEqual([...transcodeG711('PCMU', 'PCMA', everyCode)])
  })

  it('passes touch-tones on under the negotiated type and reports each once', async () => {
    const a = await openPhone('a', { telephoneEvent: 101 })
    const b = await openPhone('b', { telephoneEvent: 96 })
    await bridge('a', 'b')
    const press = (end: number, duration: number) =>
      Uint8Array.of(5, end | 10, duration >> 8, duration & 0xff)
    a.send(press(0, 160), { payloadType: 101, ticks: 0, marker: true })
    a.send(press(0, 320), { payloadType: 101, ticks: 0 })
    for (let i = 0; i < 3; i++) a.send(press(0x80, 800), { payloadType: 101, ticks: i === 2 ? 800 : 0 })
    a.speak(silence)
    const heard = await b.heard.until(items => (items.length >= 6 ? items : undefined))
    expect(heard.slice(0, 5).map(packet => packet.payloadType)).toEqual([96, 96, 96, 96, 96])
    const digits = worker.events.items.filter(event => event.type === 'digit')
    expect(digits).toEqual([{ type: 'digit', endpoint: 'a', digit: '5', ms: 100 }])
  })

  it('drops touch-tones towards a peer that did not negotiate them, and still reports them', async () => {
    const a = await openPhone('a', { telephoneEvent: 101 })
    const b = await openPhone('b')
    await bridge('a', 'b')
    a.send(Uint8Array.of(1, 0x8a, 3, 32), { payloadType: 101, ticks: 800 })
    a.speak(silence)
    await worker.events.next(event => event.type === 'digit' && event.digit === '1')
    const first = await b.heard.next(() => true)
    expect(first.payloadType).toBe(0)
  })

  it('learns its peer once and ignores and counts every other source', async () => {
    const a = await openPhone('a')
    const b = await openPhone('b')
    await bridge('a', 'b')
    a.speak(silence)
    await worker.events.next(isConnected)
    const stranger = await createTestPhone()
    phones.push(stranger)
    stranger.target = a.target
    for (let i = 0; i < 10; i++) stranger.speak(new Uint8Array(160).fill(0x11))
    a.speak(new Uint8Array(160).fill(0x22))
    const heard = await b.heard.until(items => (items.length >= 2 ? items : undefined))
    expect(heard.map(packet => packet.payload[0])).toEqual([0xff, 0x22])
    const answer = await worker.command({ type: 'snapshot' })
    const stats = answer.ok && answer.type === 'snapshot' ? answer.endpoints[0]!.stats : undefined
    expect(stats).toMatchObject({ foreignPackets: 10, packetsReceived: 2 })
  })

  it('learns a peer behind a NAT from consecutive packets of another address', async () => {
    const a = await openPhone('a')
    const natted = await createTestPhone()
    phones.push(natted)
    natted.target = a.target
    await worker.command({ type: 'hear', endpoint: 'a', source: { type: 'endpoint', endpoint: 'a' } })
    for (let i = 0; i < 4; i++) natted.speak(silence)
    await natted.heard.next(() => true)
    expect(a.heard.items).toEqual([])
  })

  it('survives garbage on RTP and RTCP ports', async () => {
    const a = await openPhone('a')
    const b = await openPhone('b')
    await bridge('a', 'b')
    a.speak(silence)
    await worker.events.next(isConnected)
    for (let length = 0; length < 200; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + length * 17) & 0xff)
      const alike = Uint8Array.from(bytes, (byte, i) => (i === 0 ? 0xbf : byte))
      for (const garbage of [bytes, alike]) {
        a.sendRaw(garbage)
        a.sendRtcp(garbage)
      }
    }
    a.talk(new Uint8Array(160).fill(0x33))
    await b.heard.next(packet => packet.payload[0] === 0x33)
    const answer = await worker.command({ type: 'snapshot' })
    expect(answer.ok && answer.type === 'snapshot' && answer.endpoints.length).toBe(2)
  })

  it('sends nothing towards a peer that holds, and goes on afterwards', async () => {
    const a = await openPhone('a')
    const b = await openPhone('b')
    await bridge('a', 'b')
    await worker.command({ type: 'update rtp', endpoint: 'b', settings: { ...b.settings, peerHolds: true } })
    a.speak(new Uint8Array(160).fill(1))
    await worker.events.next(isConnected)
    await worker.command({ type: 'update rtp', endpoint: 'b', settings: b.settings })
    a.speak(new Uint8Array(160).fill(2))
    const first = await b.heard.next(() => true)
    expect(first.payload[0]).toBe(2)
  })

  it('keeps SSRC, sequence and timestamps of its stream while sources change', async () => {
    const a = await openPhone('a')
    const b = await openPhone('b')
    const tone = [{ type: 'tone', tone: 'ringback', ms: 60 }] as const
    await worker.command({
      type: 'hear',
      endpoint: 'b',
      source: { type: 'playlist', playlist: 'p', items: [...tone] },
    })
    await worker.events.next(event => event.type === 'played')
    await bridge('a', 'b')
    a.speak(silence)
    a.speak(silence)
    const heard = await b.heard.until(items => (items.length >= 5 ? items : undefined))
    expect(new Set(heard.map(packet => packet.ssrc)).size).toBe(1)
    const steps = heard.slice(1).map((packet, i) => (packet.sequence - heard[i]!.sequence) & 0xffff)
    expect(steps).toEqual([1, 1, 1, 1])
    expect(heard.map(packet => packet.marker)).toEqual([true, false, false, true, false])
    for (const [i, packet] of heard.slice(1).entries()) {
      expect((packet.timestamp - heard[i]!.timestamp) >>> 0).toBeGreaterThanOrEqual(160)
    }
  })

  it('binds the asked port where it is free, and lets a released one rest', async () => {
    const a = await openPhone('a')
    await worker.command({ type: 'close', endpoint: 'a' })
    const b = await openPhone('b')
    expect(b.target!.port).not.toBe(a.target!.port)
    const { port } = a.target!
    const asked = { type: 'open rtp', endpoint: 'c', call: 'c', port, settings: a.settings } as const
    expect(await worker.command(asked)).toMatchObject({ ok: true, local: { port } })
    expect(await worker.command({ ...asked, endpoint: 'd' })).toMatchObject({ ok: true, type: 'rtp' })
  })

  it('answers ports.exhausted when every pair is taken', async () => {
    for (let i = 0; i < 11; i++) await openPhone(`p${i}`)
    const { settings } = phones[0]!
    const answer = await worker.command({ type: 'open rtp', endpoint: 'x', call: 'x', settings })
    expect(answer).toMatchObject({ ok: false, code: 'ports.exhausted' })
  })

  it('says BYE in RTCP when it is closed', async () => {
    const a = await openPhone('a')
    await worker.command({ type: 'close', endpoint: 'a' })
    await a.reports.next(report => report.type === 'BYE')
  })

  it('sends digits as RFC 4733 events, or as tones where they were not negotiated', async () => {
    const a = await openPhone('a', { telephoneEvent: 101 })
    const b = await openPhone('b', { codec: 'PCMA' })
    await worker.command({ type: 'send digits', endpoint: 'a', digits: '7#' })
    await worker.command({ type: 'send digits', endpoint: 'b', digits: '1' })
    const ends = await a.heard.until(items => {
      const found = items.filter(packet => packet.payload[1]! & 0x80)
      return found.length === 6 ? found : undefined
    })
    expect(ends.map(packet => packet.payload[0])).toEqual([7, 7, 7, 11, 11, 11])
    const quiet = encodeG711('PCMA', new Int16Array(1))[0]
    await b.heard.next(packet => packet.payload.some(byte => byte !== quiet))
  })

  it('does not open a call twice, and refuses an endpoint of another kind', async () => {
    const a = await openPhone('a')
    const again = { type: 'open rtp', endpoint: 'a', call: 'c1', settings: a.settings } as const
    expect(await worker.command(again)).toEqual({ ok: true, type: 'rtp', local: a.target })
    const offer = { type: 'open webrtc', endpoint: 'a', owner: 'o', offer: 'v=0' } as const
    expect(await worker.command(offer)).toMatchObject({ code: 'endpoint.exists-as-other-kind' })
    expect(await worker.command({ type: 'close', endpoint: 'unknown' })).toEqual({ ok: true, type: 'done' })
    expect(
      await worker.command({ type: 'hear', endpoint: 'unknown', source: { type: 'nothing' } }),
    ).toMatchObject({
      code: 'endpoint.unknown',
    })
  })

  it('ignores a duplicated and passes on a reordered packet', async () => {
    const a = await openPhone('a')
    const b = await openPhone('b')
    await bridge('a', 'b')
    const packet = (sequence: number) =>
      serializeRtp(
        { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 1 },
        new Uint8Array(160).fill(sequence),
      )
    for (const sequence of [10, 12, 12, 11, 13]) a.sendRaw(packet(sequence))
    const heard = await b.heard.until(items => (items.length >= 4 ? items : undefined))
    expect(heard.map(each => each.payload[0])).toEqual([10, 12, 11, 13])
  })
})
