import { g711Level, transcodeG711 } from '@ringdown/media'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Source } from '../worker.port.ts'
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

const hear = (endpoint: string, source: Source) => worker.command({ type: 'hear', endpoint, source })
const short = { type: 'clip', name: 'en/short' } as const
const played = (playlist: string) => () =>
  worker.events.items.filter(event => event.type === 'played' && event.playlist === playlist).length

describe('a playlist', () => {
  it('is played once, in order, and reported', async () => {
    const phone = await openPhone('a')
    const items: Source = {
      type: 'playlist',
      playlist: 'p',
      items: [short, { type: 'silence', ms: 40 }, short],
    }
    await hear('a', items)
    await worker.events.next(event => event.type === 'played')
    const heard = await phone.heard.until(all => (all.length >= 12 ? all : undefined))
    expect(heard.map(packet => packet.payload[80])).toEqual([
      ...Array(5).fill(0x40),
      ...Array(2).fill(0xff),
      ...Array(5).fill(0x40),
    ])
    expect(heard.slice(1).every((packet, i) => (packet.timestamp - heard[i]!.timestamp) >>> 0 === 160)).toBe(
      true,
    )
  })

  it('is not played again once it was finished, but reported again', async () => {
    const phone = await openPhone('a')
    const source: Source = { type: 'playlist', playlist: 'p', items: [short] }
    await hear('a', source)
    await worker.events.next(event => event.type === 'played')
    await hear('a', source)
    await worker.events.until(() => (played('p')() === 2 ? true : undefined))
    await hear('a', { type: 'nothing' })
    await hear('a', { type: 'playlist', playlist: 'p', items: [] })
    await worker.events.until(() => (played('p')() === 3 ? true : undefined))
    await hear('a', { type: 'playlist', playlist: 'q', items: [{ type: 'silence', ms: 20 }] })
    const heard = await phone.heard.until(all => (all.length >= 6 ? all : undefined))
    expect(heard.map(packet => packet.payload[80])).toEqual([...Array(5).fill(0x40), 0xff])
  })

  it('goes on when it is declared again while it plays', async () => {
    const phone = await openPhone('a')
    const source: Source = { type: 'playlist', playlist: 'p', items: [short] }
    await hear('a', source)
    await phone.heard.next(() => true)
    await hear('a', source)
    await worker.command({ type: 'update rtp', endpoint: 'a', settings: phone.settings })
    await worker.events.next(event => event.type === 'played')
    await hear('a', { type: 'playlist', playlist: 'end', items: [{ type: 'silence', ms: 20 }] })
    const heard = await phone.heard.until(all => (all.length >= 6 ? all : undefined))
    expect(heard.length).toBe(6)
  })

  it('is encoded for the peer it is played to', async () => {
    const phone = await openPhone('a', { codec: 'PCMA' })
    await hear('a', { type: 'playlist', playlist: 'p', items: [short] })
    const first = await phone.heard.next(() => true)
    expect(first.payloadType).toBe(8)
    expect(Math.round(g711Level('PCMA', first.payload))).toBe(
      Math.round(g711Level('PCMU', new Uint8Array(160).fill(0x40))),
    )
  })

  it('that names an unknown clip is refused, and changes nothing', async () => {
    await openPhone('a')
    const source: Source = { type: 'playlist', playlist: 'p', items: [{ type: 'clip', name: 'xx/unknown' }] }
    expect(await hear('a', source)).toMatchObject({ ok: false, code: 'clip.unknown' })
    expect(await worker.command({ type: 'snapshot' })).toMatchObject({
      endpoints: [{ source: { type: 'nothing' } }],
    })
  })

  it('with music at its end is never over', async () => {
    const phone = await openPhone('a')
    await hear('a', {
      type: 'playlist',
      playlist: 'p',
      items: [{ type: 'silence', ms: 20 }, { type: 'music' }],
    })
    const heard = await phone.heard.until(all => (all.length >= 6 ? all : undefined))
    const next = (code: number) => (code >= 0xff ? 0x80 : code + 1)
    const codes = heard.slice(1).flatMap(packet => [...packet.payload])
    expect(codes.every((code, i) => i === 0 || code === codes[i - 1] || code === next(codes[i - 1]!))).toBe(
      true,
    )
    expect(played('p')()).toBe(0)
  })
})

describe('an endpoint that hears several', () => {
  const at = (code: number) => new Uint8Array(160).fill(code)

  it('hears the sum of the others and not itself', async () => {
    const [a, b, c] = [await openPhone('a'), await openPhone('b'), await openPhone('c', { codec: 'PCMA' })]
    await hear('a', { type: 'mix', endpoints: ['b', 'c'] })
    await hear('b', { type: 'mix', endpoints: ['a', 'c'] })
    await hear('c', { type: 'mix', endpoints: ['a', 'b'] })
    a.talk(at(0xff))
    b.talk(at(0xa0))
    c.talk(transcodeG711('PCMU', 'PCMA', at(0xa0)))
    const level = (codec: 'PCMU' | 'PCMA', payload: Uint8Array) => g711Level(codec, payload)
    const alone = level('PCMU', at(0xa0))
    await a.heard.next(packet => level('PCMU', packet.payload) > alone + 3)
    await b.heard.next(packet => level('PCMU', packet.payload) > -40)
    await c.heard.next(packet => Math.abs(level('PCMA', packet.payload) - alone) < 1)
    expect(c.heard.items.every(packet => level('PCMA', packet.payload) < alone + 1)).toBe(true)
  })

  it('goes back to passing packets on when one other is left', async () => {
    const [a, b] = [await openPhone('a'), await openPhone('b'), await openPhone('c')]
    await hear('a', { type: 'mix', endpoints: ['b', 'c'] })
    b.talk(at(0x7f))
    await a.heard.next(() => true)
    await worker.command({ type: 'close', endpoint: 'c' })
    await a.heard.next(packet => packet.payload.every(byte => byte === 0x7f))
    expect(new Set(a.heard.items.map(packet => packet.ssrc)).size).toBe(1)
    const sequences = a.heard.items.map(packet => packet.sequence)
    expect(sequences.slice(1).every((sequence, i) => ((sequence - sequences[i]!) & 0xffff) === 1)).toBe(true)
  })

  it('can be told before the others are there', async () => {
    const a = await openPhone('a')
    await hear('a', { type: 'mix', endpoints: ['b', 'c'] })
    const b = await openPhone('b')
    b.talk(at(0x10))
    await a.heard.next(packet => packet.payload[0] === 0x10)
  })
})
