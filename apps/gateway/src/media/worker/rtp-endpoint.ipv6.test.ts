import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { serializeRtp } from '@ringdown/media'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RtpSettings, TransportAddress, WorkerAnswer } from '../worker.port.ts'
import { RtpPorts } from './rtp-ports.ts'
import { createTestPhone, type TestPhone } from './testing/create-test-phone.ts'
import { createTestWorker, findFreePorts, type TestWorker } from './testing/create-test-worker.ts'

const hasIpv6 = networkInterfaces().lo?.some(({ address }) => address === '::1') === true

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

async function createPhone(options: Parameters<typeof createTestPhone>[0]): Promise<TestPhone> {
  const phone = await createTestPhone(options)
  phones.push(phone)
  return phone
}

const open = (endpoint: string, settings: RtpSettings) =>
  worker.command({ type: 'open rtp', endpoint, call: 'c1', settings })

function localOf(answer: WorkerAnswer): TransportAddress {
  if (!answer.ok || answer.type !== 'rtp') throw new Error(JSON.stringify(answer))
  return answer.local
}

async function openPhone(endpoint: string, options: Parameters<typeof createTestPhone>[0]) {
  const phone = await createPhone(options)
  phone.target = localOf(await open(endpoint, phone.settings))
  return phone
}

async function bridge(a: string, b: string) {
  await worker.command({ type: 'hear', endpoint: a, source: { type: 'endpoint', endpoint: b } })
  await worker.command({ type: 'hear', endpoint: b, source: { type: 'endpoint', endpoint: a } })
}

/** Each hears the other. */
async function expectTalk(a: TestPhone, b: TestPhone): Promise<void> {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const said = Uint8Array.from({ length: 160 }, () => Math.floor(Math.random() * 256))
    from.speak(said)
    const heard = await to.heard.next(({ payload }) => payload.equals(said))
    expect(heard.payload.length).toBe(160)
  }
}

const nobody = (address: string): RtpSettings => ({
  codec: 'PCMU',
  payloadType: 0,
  remote: { address, port: 9 },
  peerHolds: true,
})

function refusesIpv6() {
  it('is refused on a machine that has none', async () => {
    expect(await open('a', nobody('::1'))).toMatchObject({ ok: false, code: 'ports.exhausted' })
  })
}

function speaksIpv6() {
  it('is of the version of the address that the peer named, and both versions hear each other', async () => {
    const a = await openPhone('a', { host: '::1' })
    const b = await openPhone('b', { host: '127.0.0.1' })
    expect([a.target?.address, b.target?.address]).toEqual(['::1', '127.0.0.1'])
    await bridge('a', 'b')
    await expectTalk(a, b)
  })

  it('is learned from the packets, as over IPv4 (RFC 4961)', async () => {
    const moved = await createPhone({ host: '::1' })
    const b = await openPhone('b', { host: '::1' })
    const settings = { ...moved.settings, remote: { ...moved.settings.remote, port: 9 } }
    moved.target = localOf(await open('a', settings))
    await bridge('a', 'b')
    for (let i = 0; i < 3; i++) moved.speak(new Uint8Array(160))
    await worker.events.next(event => event.type === 'connected' && event.endpoint === 'a')
    await expectTalk(moved, b)
  })

  it('has its reports on the next port (RFC 3550 §11)', async () => {
    const a = await openPhone('a', { host: '::1' })
    await worker.command({ type: 'close', endpoint: 'a' })
    await a.reports.next(({ type }) => type === 'BYE')
  })

  it('is protected the same (RFC 3711)', async () => {
    const suite = 'AES_CM_128_HMAC_SHA1_80'
    const key = Buffer.alloc(30, 7).toString('base64')
    const a = await openPhone('a', { host: '::1', srtp: { suite, local: key, remote: key } })
    const b = await openPhone('b', { host: '127.0.0.1' })
    await bridge('a', 'b')
    b.speak(new Uint8Array(160))
    // RFC 3711 §3.1: the tag of ten bytes after header and payload.
    expect((await a.datagrams.next(() => true)).length).toBe(12 + 160 + 10)
  })

  it('has a port of its own on all addresses, beside that of IPv4', async () => {
    const start = await findFreePorts(2)
    const hosts = { 4: '0.0.0.0', 6: '::' }
    const ports = new RtpPorts({ hosts, from: start, to: start + 1, begin: 0, now: () => 0 })
    const ipv4 = (await ports.bind())!
    const ipv6 = await ports.move(ipv4, 6)
    expect(ipv6).toMatchObject({ version: 6, host: '::', port: ipv4.port })
    ports.release(ipv6!)
  })

  it('takes over at the same port from IPv4 when the peer turns out to be there, and back', async () => {
    const before = localOf(await open('a', nobody('127.0.0.1')))
    for (const host of ['::1', '127.0.0.1'] as const) {
      const phone = await createPhone({ host })
      const { settings } = phone
      const after = localOf(await worker.command({ type: 'update rtp', endpoint: 'a', settings }))
      expect(after).toEqual({ address: host, port: before.port })
      phone.target = after
      const b = await openPhone(`b ${host}`, { host: '127.0.0.1' })
      await bridge('a', `b ${host}`)
      await expectTalk(phone, b)
    }
  })
}

// What a machine cannot show it must refuse.
describe('audio over IPv6', hasIpv6 ? speaksIpv6 : refusesIpv6)

describe('ports of both versions of IP', () => {
  const hosts = { 4: '127.0.0.1', 6: '2001:db8::1' }
  const portsFrom = (start: number) =>
    new RtpPorts({ hosts, from: start, to: start + 1, begin: 0, now: () => 0 })

  it('are left as they are where an address of the other version is not this machine’s', async () => {
    const start = await findFreePorts(2)
    const ports = portsFrom(start)
    const pair = (await ports.bind())!
    expect(await ports.move(pair, 6)).toBeUndefined()
    const stranger = createSocket('udp4').bind(0, '127.0.0.1')
    await once(stranger, 'listening')
    const heard = once(pair.rtp, 'message')
    const header = { marker: false, payloadType: 0, sequence: 1, timestamp: 0, ssrc: 1 }
    stranger.send(serializeRtp(header, new Uint8Array(160)), start, '127.0.0.1')
    await heard
    stranger.close()
    ports.release(pair)
  })

  it('are free again when none could be bound', async () => {
    const ports = portsFrom(await findFreePorts(2))
    expect(await ports.bind({ version: 6 })).toBeUndefined()
    const pair = await ports.bind()
    expect(pair).toMatchObject({ version: 4, host: '127.0.0.1' })
    ports.release(pair!)
  })
})
