import { setImmediate } from 'node:timers/promises'
import { decodeG711, encodeG711, linearLevel } from '@ringdown/media'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PlaylistItem, RtpCodec } from '../worker.port.ts'
import { createDecoder, createEncoder, FrameDecoder, FrameEncoder } from './speech.ts'
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

async function openPhone(endpoint: string, codec: RtpCodec) {
  const phone = await createTestPhone({ codec })
  phones.push(phone)
  const opened = await worker.command({ type: 'open rtp', endpoint, call: 'c1', settings: phone.settings })
  if (!opened.ok || opened.type !== 'rtp') throw new Error(JSON.stringify(opened))
  phone.target = opened.local
  return phone
}

const hears = (endpoint: string, other: string) =>
  worker.command({ type: 'hear', endpoint, source: { type: 'endpoint', endpoint: other } })
const plays = (endpoint: string, items: PlaylistItem[]) =>
  worker.command({ type: 'hear', endpoint, source: { type: 'playlist', playlist: 'p', items } })

/** How loud each packet of Opus is. */
async function levelsOf(packets: readonly { payload: Uint8Array }[]): Promise<number[]> {
  const decoder = new FrameDecoder()
  decoder.decode('opus', new Uint8Array(0))
  await setImmediate()
  const levels = packets.map(({ payload }) => linearLevel(decoder.decode('opus', payload)!))
  decoder.close()
  return levels
}

const tone = Int16Array.from({ length: 160 }, (_, i) => 8000 * Math.sin((2 * Math.PI * i) / 8))
const everyByte = Uint8Array.from({ length: 160 }, (_, i) => i)

describe('a telephone’s codec', () => {
  it.each<RtpCodec>(['G722', 'opus'])('%s is passed on to its like untouched', async codec => {
    const a = await openPhone('a', codec)
    const b = await openPhone('b', codec)
    await hears('b', 'a')
    a.speak(everyByte)
    const heard = await b.heard.next(() => true)
    expect([...heard.payload]).toEqual([...everyByte])
    expect(heard.payloadType).toBe(b.settings.payloadType)
  })

  it('G.722 is turned into G.711 and back for a peer that speaks the other', async () => {
    const a = await openPhone('a', 'G722')
    const b = await openPhone('b', 'PCMU')
    await hears('a', 'b')
    await hears('b', 'a')
    const encode = createEncoder('G722')!
    for (let i = 0; i < 8; i++) {
      a.speak(encode(tone).slice())
      b.speak(encodeG711('PCMU', tone))
    }
    const atB = await b.heard.until(items => items[7])
    expect(linearLevel(decodeG711('PCMU', atB.payload))).toBeCloseTo(linearLevel(tone), 0)
    await a.heard.until(items => items[7])
    const decode = createDecoder('G722')!
    const levels = a.heard.items.map(({ payload }) => linearLevel(decode(payload)))
    expect(levels.at(-1)).toBeCloseTo(linearLevel(tone), 0)
  })

  it('is told to control when the endpoint opens and when it changes, and stands in the snapshot', async () => {
    const a = await openPhone('a', 'PCMU')
    const told = () => worker.events.items.flatMap(event => (event.type === 'codec' ? [event.codec] : []))
    await worker.command({ type: 'update rtp', endpoint: 'a', settings: a.settings })
    await worker.command({
      type: 'update rtp',
      endpoint: 'a',
      settings: { ...a.settings, codec: 'G722', payloadType: 9 },
    })
    const snapshot = await worker.command({ type: 'snapshot' })
    expect(told()).toEqual(['PCMU', 'G722'])
    expect(snapshot).toMatchObject({ endpoints: [{ endpoint: 'a', codec: 'G722' }] })
  })

  it('may be any that both sides named, from one packet to the next (RFC 3264 §7)', async () => {
    const a = await createTestPhone({ codec: 'PCMU' })
    const b = await openPhone('b', 'PCMU')
    phones.push(a)
    const alternatives = [
      { codec: 'PCMA' as const, payloadType: 8 },
      { codec: 'G722' as const, payloadType: 9 },
    ]
    const settings = { ...a.settings, alternatives }
    const opened = await worker.command({ type: 'open rtp', endpoint: 'a', call: 'c1', settings })
    if (!opened.ok || opened.type !== 'rtp') throw new Error(JSON.stringify(opened))
    a.target = opened.local
    await hears('b', 'a')
    const g722 = createEncoder('G722')!
    a.send(encodeG711('PCMU', tone), { payloadType: 0, ticks: 160 })
    a.send(encodeG711('PCMA', tone), { payloadType: 8, ticks: 160 })
    for (let i = 0; i < 4; i++) a.send(g722(tone).slice(), { payloadType: 9, ticks: 160 })
    const heard = await b.heard.until(items => (items.length >= 6 ? items : undefined))
    expect(heard.map(({ payloadType }) => payloadType)).toEqual(Array(6).fill(0))
    for (const at of [0, 1, 5])
      expect(linearLevel(decodeG711('PCMU', heard[at]!.payload))).toBeCloseTo(linearLevel(tone), 0)
  })

  it('prompts and tones are heard in G.722', async () => {
    const a = await openPhone('a', 'G722')
    await plays('a', [{ type: 'tone', tone: 'ringback', ms: 200 }])
    const heard = await a.heard.until(items => (items.length >= 10 ? items : undefined))
    const decode = createDecoder('G722')!
    const levels = heard.map(({ payload }) => linearLevel(decode(payload)))
    expect(Math.max(...levels)).toBeGreaterThan(-40)
    expect(heard.every(({ payloadType, payload }) => payloadType === 9 && payload.length === 160)).toBe(true)
  })

  it('several are heard together, whatever each of them speaks', async () => {
    const a = await openPhone('a', 'G722')
    const b = await openPhone('b', 'PCMA')
    const c = await openPhone('c', 'PCMU')
    await worker.command({ type: 'hear', endpoint: 'c', source: { type: 'mix', endpoints: ['a', 'b'] } })
    const encode = createEncoder('G722')!
    b.talk(encodeG711('PCMA', new Int16Array(160)))
    const talking = setInterval(() => a.speak(encode(tone).slice()), 20)
    try {
      await c.heard.next(({ payload }) => linearLevel(decodeG711('PCMU', payload)) > -20)
    } finally {
      clearInterval(talking)
    }
  })

  it('prompts and tones are heard in Opus, 960 ticks (RFC 7587 §4.1) to a frame', async () => {
    const a = await openPhone('a', 'opus')
    await plays('a', [{ type: 'tone', tone: 'ringback', ms: 300 }])
    const heard = await a.heard.until(items => (items.length >= 12 ? items : undefined))
    const levels = await levelsOf(heard)
    expect(Math.max(...levels)).toBeGreaterThan(-40)
    expect(heard.every(({ payloadType }) => payloadType === 107)).toBe(true)
    expect((heard[11]!.timestamp - heard[0]!.timestamp) >>> 0).toBe(11 * 960)
  })

  it.each<RtpCodec>(['PCMU', 'PCMA', 'G722'])('Opus and %s hear each other', async codec => {
    const a = await openPhone('a', 'opus')
    const b = await openPhone('b', codec)
    await hears('a', 'b')
    await hears('b', 'a')
    const opus = new FrameEncoder()
    const other = new FrameEncoder()
    const talking = setInterval(() => {
      const packet = opus.encode('opus', tone)
      if (packet !== undefined) a.send(packet, { payloadType: 107, ticks: 960 })
      b.speak(other.encode(codec, tone)!.slice())
    }, 20)
    try {
      const decoder = new FrameDecoder()
      await b.heard.next(({ payload }) => linearLevel(decoder.decode(codec, payload)!) > -20)
      const heard = await a.heard.until(items => (items.length >= 20 ? items : undefined))
      expect(Math.max(...(await levelsOf(heard)))).toBeGreaterThan(-20)
    } finally {
      clearInterval(talking)
      opus.close()
    }
  })
})
