import { encodeG711, g711Level, linearLevel } from '@ringdown/media'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Source } from '../worker.port.ts'
import { FrameDecoder } from './speech.ts'
import { TestCarrier } from './testing/create-test-carrier.ts'
import { createTestPhone, type TestPhone } from './testing/create-test-phone.ts'
import { createTestSupervisor, type TestSupervisor } from './testing/create-test-supervisor.ts'
import { createOpusTone } from './testing/opus-tone.ts'

let supervisor: TestSupervisor
let peers: { close(): void }[]

beforeEach(() => {
  peers = []
})

afterEach(() => {
  for (const peer of peers) peer.close()
})

function dial(): TestCarrier {
  const carrier = new TestCarrier(supervisor.url)
  peers.push(carrier)
  return carrier
}

async function openStream(endpoint: string): Promise<TestCarrier> {
  const carrier = dial()
  await carrier.start()
  const { stream } = await supervisor.events.next(event => event.type === 'stream started')
  expect(await supervisor.command({ type: 'accept stream', stream, endpoint, call: 'c1' })).toMatchObject({
    ok: true,
  })
  return carrier
}

async function openPhone(
  endpoint: string,
  options: Parameters<typeof createTestPhone>[0] = {},
): Promise<TestPhone> {
  const phone = await createTestPhone(options)
  peers.push(phone)
  const answer = await supervisor.command({
    type: 'open rtp',
    endpoint,
    call: 'c1',
    settings: phone.settings,
  })
  if (!answer.ok || answer.type !== 'rtp') throw new Error(JSON.stringify(answer))
  phone.target = answer.local
  return phone
}

const hear = (endpoint: string, other: string) =>
  supervisor.command({ type: 'hear', endpoint, source: { type: 'endpoint', endpoint: other } })

const loud = Int16Array.from({ length: 160 }, (_, i) => 8000 * Math.sin((2 * Math.PI * i) / 8))
const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code)

describe('a carrier stream on a handed-over socket', () => {
  beforeAll(async () => {
    supervisor = await createTestSupervisor()
  })

  afterAll(() => supervisor.stop())

  beforeEach(async () => {
    const answer = await supervisor.command({ type: 'snapshot' })
    const open = answer.ok && answer.type === 'snapshot' ? answer.endpoints : []
    for (const { endpoint } of open) await supervisor.command({ type: 'close', endpoint })
    supervisor.events.clear()
  })

  it('and a telephone that speaks Opus hear each other', async () => {
    const carrier = await openStream('s')
    const phone = await openPhone('c', { codec: 'opus' })
    await hear('s', 'c')
    await hear('c', 's')
    const tone = await createOpusTone(1000)
    const decoder = new FrameDecoder()
    const talking = setInterval(() => {
      phone.send(tone.next(), { payloadType: 107, ticks: 960 })
      carrier.speak(encodeG711('PCMU', loud))
    }, 20)
    try {
      await carrier.heard.next(
        message =>
          message.event === 'media' && g711Level('PCMU', Buffer.from(message.media.payload, 'base64')) > -20,
      )
      await phone.heard.next(({ payload }) => {
        const heard = decoder.decode('opus', payload)
        return heard !== undefined && linearLevel(heard) > -20
      })
    } finally {
      clearInterval(talking)
      decoder.close()
      tone.close()
    }
  })

  it('tells control of its start, and is an endpoint once accepted', async () => {
    const carrier = dial()
    await carrier.start('the-token')
    const started = await supervisor.events.next(event => event.type === 'stream started')
    expect(started).toMatchObject({ carrierCall: 'CA1', carrierAccount: 'AC1', token: 'the-token' })
    const { stream } = started
    const accept = { type: 'accept stream', stream, endpoint: 's', call: 'c1' } as const
    expect(await supervisor.command(accept)).toEqual({ ok: true, type: 'done' })
    expect(await supervisor.command(accept)).toEqual({ ok: true, type: 'done' })
    expect(await supervisor.command({ type: 'snapshot' })).toMatchObject({
      endpoints: [{ endpoint: 's', kind: 'stream', call: 'c1', connected: true }],
    })
  })

  it('cuts frames of any length into 20 ms packets without touching a byte', async () => {
    const carrier = await openStream('s')
    const phone = await openPhone('p')
    await hear('p', 's')
    const sent = Uint8Array.from({ length: 960 }, (_, i) => (i * 7) & 0xff)
    for (const [from, to] of [
      [0, 100],
      [100, 101],
      [101, 500],
      [500, 960],
    ] as const)
      carrier.speak(sent.subarray(from, to))
    const heard = await phone.heard.until(items => (items.length === 6 ? items : undefined))
    expect(heard.every(packet => packet.payload.length === 160)).toBe(true)
    expect(Buffer.concat(heard.map(packet => packet.payload))).toEqual(Buffer.from(sent))
    expect(heard.slice(1).every((packet, i) => (packet.timestamp - heard[i]!.timestamp) >>> 0 === 160)).toBe(
      true,
    )
  })

  it('sends what a telephone says in 20 ms messages, byte for byte', async () => {
    const carrier = await openStream('s')
    const phone = await openPhone('p')
    await hear('s', 'p')
    const sent = Uint8Array.from({ length: 960 }, (_, i) => everyCode[i & 0xff]!)
    for (let at = 0; at < sent.length; at += 160) phone.speak(sent.subarray(at, at + 160))
    const expected = Buffer.from(sent)
    await carrier.heard.until(items => {
      const media = items.filter(item => item.event === 'media')
      const bytes = Buffer.concat(media.map(item => Buffer.from(item.media.payload, 'base64')))
      return bytes.includes(expected) ? bytes : undefined
    })
  })

  it('plays a playlist and reports it played when the carrier says that it was heard', async () => {
    const carrier = await openStream('s')
    const items = [{ type: 'clip', name: 'en/short' } as const]
    const source = { type: 'playlist', playlist: 'p1', items } as const
    await supervisor.command({ type: 'hear', endpoint: 's', source })
    const mark = await carrier.heard.next(item => item.event === 'mark')
    expect(carrier.heard.items.filter(item => item.event === 'media').length).toBe(5)
    expect(supervisor.events.items.some(event => event.type === 'played')).toBe(false)
    if (mark.event === 'mark') carrier.echo(mark.mark.name)
    await supervisor.events.next(event => event.type === 'played' && event.playlist === 'p1')
  })

  it('clears what is still on its way when the source changes', async () => {
    const carrier = await openStream('s')
    const source: Source = { type: 'playlist', playlist: 'm', items: [{ type: 'music' }] }
    await supervisor.command({ type: 'hear', endpoint: 's', source })
    await carrier.heard.next(item => item.event === 'media')
    await supervisor.command({ type: 'hear', endpoint: 's', source: { type: 'nothing' } })
    await carrier.heard.next(item => item.event === 'clear')
  })

  it('sends digits as tones in the audio', async () => {
    const carrier = await openStream('s')
    await supervisor.command({ type: 'send digits', endpoint: 's', digits: '5' })
    await carrier.heard.next(item => item.event === 'media')
  })

  it('reports digits that the carrier recognised', async () => {
    const carrier = await openStream('s')
    carrier.press('#')
    await supervisor.events.next(event => event.type === 'digit' && event.digit === '#')
  })

  it.each(['stop', 'close'] as const)('is lost upon %s', async way => {
    const carrier = await openStream('s')
    carrier[way]()
    await supervisor.events.next(event => event.type === 'lost' && event.endpoint === 's')
    expect(await supervisor.command({ type: 'snapshot' })).toMatchObject({ endpoints: [] })
  })

  it('closes with 1000 when control closes the endpoint, so that the carrier goes on with its next instruction', async () => {
    const carrier = await openStream('s')
    await supervisor.command({ type: 'close', endpoint: 's' })
    expect((await carrier.closed).code).toBe(1000)
  })

  it.each<[string, (carrier: TestCarrier) => void]>([
    ['malformed message', carrier => carrier.say('{')],
    ['malformed message', carrier => carrier.sayBinary(everyCode)],
    ['wrong stream id', carrier => carrier.say({ event: 'media', streamSid: 'MZ2', media: { payload: '' } })],
    ['frame over 1 s', carrier => carrier.speak(new Uint8Array(8001))],
    [
      'flood',
      carrier => {
        for (let i = 0; i < 12; i++) carrier.speak(new Uint8Array(8000))
      },
    ],
  ])('is closed with the reason and reported: %s', async (reason, misbehave) => {
    const carrier = await openStream('s')
    misbehave(carrier)
    expect(await carrier.closed).toEqual({ code: 1008, reason })
    await supervisor.events.next(event => event.type === 'stream refused' && event.reason === reason)
    await supervisor.events.next(event => event.type === 'lost' && event.reason === reason)
  })

  it('is closed when a message is longer than any of the protocol', async () => {
    const carrier = await openStream('s')
    carrier.say('x'.repeat(20_000))
    expect((await carrier.closed).code).toBe(1009)
    await supervisor.events.next(
      event => event.type === 'stream refused' && event.reason === 'message too long',
    )
  })

  it('is closed when control refuses it, or nobody accepts it in time', { timeout: 15_000 }, async () => {
    const refused = dial()
    await refused.start()
    const { stream } = await supervisor.events.next(event => event.type === 'stream started')
    await supervisor.command({ type: 'refuse stream', stream, reason: 'token used' })
    expect(await refused.closed).toEqual({ code: 1008, reason: 'token used' })
    const late = { type: 'accept stream', stream, endpoint: 's', call: 'c' } as const
    expect(await supervisor.command(late)).toMatchObject({ ok: false, code: 'stream.unknown' })
    const forgotten = dial()
    const mute = dial()
    await forgotten.start()
    await mute.opened()
    expect(await forgotten.closed).toEqual({ code: 1008, reason: 'not accepted in time' })
    expect(await mute.closed).toEqual({ code: 1008, reason: 'no start' })
  })

  it('lets two carriers hear each other', async () => {
    const one = await openStream('s1')
    supervisor.events.clear()
    const two = await openStream('s2')
    await hear('s1', 's2')
    await hear('s2', 's1')
    for (let i = 0; i < 5; i++) {
      one.speak(new Uint8Array(160).fill(1))
      two.speak(new Uint8Array(160).fill(2))
    }
    const heardBy = (carrier: TestCarrier, byte: number) =>
      carrier.heard.next(
        item =>
          item.event === 'media' && Buffer.from(item.media.payload, 'base64').every(each => each === byte),
      )
    await Promise.all([heardBy(one, 2), heardBy(two, 1)])
  })
})

describe('a worker process', () => {
  beforeEach(async () => {
    supervisor = await createTestSupervisor()
  })

  afterEach(() => supervisor.stop())

  it('ends orderly upon SIGTERM: BYE to telephones, a close to carriers', async () => {
    const carrier = await openStream('s')
    const phone = await openPhone('p')
    supervisor.parent.send('stop')
    expect((await carrier.closed).code).toBe(1000)
    await phone.reports.next(report => report.type === 'BYE')
    expect(await supervisor.told.next(message => message.type === 'worker exit')).toMatchObject({ code: 0 })
  })

  it('outlives its parent while a control is connected, and ends when both are gone', {
    timeout: 20_000,
  }, async () => {
    const phone = await openPhone('p')
    supervisor.parent.kill('SIGKILL')
    await new Promise(resolve => supervisor.parent.once('exit', resolve))
    expect(await supervisor.command({ type: 'snapshot' })).toMatchObject({ endpoints: [{ endpoint: 'p' }] })
    supervisor.pool.stop()
    await phone.reports.next(report => report.type === 'BYE')
  })
})
