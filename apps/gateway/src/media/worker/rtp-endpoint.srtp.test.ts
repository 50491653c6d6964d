import { parseRtcp, parseRtp, payloadOf, SrtpReceiver, SrtpSender, serializeRtp } from '@ringdown/media'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RtpSettings, SrtpSettings } from '../worker.port.ts'
import { nodeCiphers as ciphers } from './srtp/node-ciphers.ts'
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

const keyOf = (seed: number, bytes = 30): string => Buffer.alloc(bytes, seed).toString('base64')
const suite = 'AES_CM_128_HMAC_SHA1_80'
const keys: SrtpSettings = { suite, local: keyOf(1), remote: keyOf(2) }

async function openPhone(endpoint: string, srtp?: SrtpSettings) {
  const phone = await createTestPhone(srtp === undefined ? {} : { srtp })
  phones.push(phone)
  const opened = await worker.command({ type: 'open rtp', endpoint, call: 'c1', settings: phone.settings })
  if (!opened.ok || opened.type !== 'rtp') throw new Error(JSON.stringify(opened))
  phone.target = opened.local
  return phone
}

async function bridge(a: string, b: string) {
  await worker.command({ type: 'hear', endpoint: a, source: { type: 'endpoint', endpoint: b } })
  await worker.command({ type: 'hear', endpoint: b, source: { type: 'endpoint', endpoint: a } })
}

async function statsOf(endpoint: string) {
  const answer = await worker.command({ type: 'snapshot' })
  if (!answer.ok || answer.type !== 'snapshot') throw new Error('no snapshot')
  return answer.endpoints.find(open => open.endpoint === endpoint)!.stats
}

const masterOf = (base64: string) => ({ keyAndSalt: new Uint8Array(Buffer.from(base64, 'base64')) })
const senderOf = (srtp: SrtpSettings) =>
  new SrtpSender({ suite: srtp.suite, master: masterOf(srtp.remote), ciphers })
const receiverOf = (srtp: SrtpSettings) =>
  new SrtpReceiver({ suite: srtp.suite, master: masterOf(srtp.local), ciphers })

function packet(sequence: number, fill: number, ssrc = 9): Uint8Array {
  const header = { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc }
  return serializeRtp(header, new Uint8Array(160).fill(fill))
}

function sealed(sender: SrtpSender, bytes: Uint8Array): Uint8Array {
  const target = new Uint8Array(1500)
  return target.slice(0, sender.protectRtp(bytes, target))
}

const firstByte = (bytes: Uint8Array | string): number => payloadOf(parseRtp(bytes as Uint8Array)!)[0]!

describe('an RTP endpoint under SRTP (RFC 3711)', () => {
  it.each<SrtpSettings>([
    keys,
    { ...keys, suite: 'AES_CM_128_HMAC_SHA1_32' },
    { suite: 'AEAD_AES_256_GCM', local: keyOf(1, 44), remote: keyOf(2, 44) },
  ])('opens what comes and seals what goes with $suite', async srtp => {
    const a = await openPhone('a', srtp)
    const b = await openPhone('b')
    await bridge('a', 'b')
    a.sendRaw(sealed(senderOf(srtp), packet(1, 0x21)))
    expect((await b.heard.next(() => true)).payload).toEqual(Buffer.alloc(160, 0x21))
    b.speak(new Uint8Array(160).fill(0x42))
    const datagram = await a.datagrams.next(() => true)
    expect(datagram.includes(Buffer.alloc(8, 0x42))).toBe(false)
    expect(firstByte(receiverOf(srtp).openRtp(datagram))).toBe(0x42)
  })

  it('takes nothing that fails: in the clear, of another key, changed or replayed, and counts it', async () => {
    const a = await openPhone('a', keys)
    const b = await openPhone('b')
    await bridge('a', 'b')
    const sender = senderOf(keys)
    const first = sealed(sender, packet(1, 0x11))
    const changed = sealed(sender, packet(2, 0x12))
    changed[20]! ^= 1
    a.sendRaw(packet(1, 0x13))
    a.sendRaw(sealed(senderOf({ ...keys, remote: keyOf(3) }), packet(1, 0x14)))
    for (const bytes of [first, first, changed]) a.sendRaw(bytes)
    a.sendRaw(sealed(sender, packet(3, 0x15)))
    const heard = await b.heard.until(items => (items.length >= 2 ? items : undefined))
    expect(heard.map(({ payload }) => payload[0])).toEqual([0x11, 0x15])
    expect(await statsOf('a')).toMatchObject({ packetsReceived: 2, srtpFailures: 4 })
  })

  it('does not learn a source from packets that fail, however many follow each other', async () => {
    const a = await openPhone('a', keys)
    const stranger = await createTestPhone()
    phones.push(stranger)
    stranger.target = a.target
    for (let i = 0; i < 5; i++)
      stranger.sendRaw(sealed(senderOf({ ...keys, remote: keyOf(3) }), packet(i, 1)))
    const sender = senderOf(keys)
    a.sendRaw(sealed(sender, packet(1, 2)))
    await worker.events.next(event => event.type === 'connected')
    await worker.command({ type: 'hear', endpoint: 'a', source: { type: 'endpoint', endpoint: 'a' } })
    a.sendRaw(sealed(sender, packet(2, 3)))
    await a.datagrams.next(() => true)
    expect(stranger.datagrams.items).toEqual([])
  })

  it('goes on under the same keys after a re-INVITE, and begins anew under others', async () => {
    const a = await openPhone('a', keys)
    const b = await openPhone('b')
    await bridge('a', 'b')
    const sender = senderOf(keys)
    const update = (settings: RtpSettings) => worker.command({ type: 'update rtp', endpoint: 'a', settings })
    const first = sealed(sender, packet(1, 1))
    a.sendRaw(first)
    await b.heard.next(({ payload }) => payload[0] === 1)
    await update({ ...a.settings, peerHolds: false })
    a.sendRaw(first)
    a.sendRaw(sealed(sender, packet(2, 2)))
    await b.heard.next(({ payload }) => payload[0] === 2)
    expect(await statsOf('a')).toMatchObject({ srtpFailures: 1 })
    const others: SrtpSettings = { suite, local: keyOf(5), remote: keyOf(6) }
    await update({ ...a.settings, srtp: others })
    a.sendRaw(sealed(sender, packet(3, 3)))
    a.sendRaw(sealed(senderOf(others), packet(4, 4)))
    expect((await b.heard.until(items => items[2])).payload[0]).toBe(4)
    b.speak(new Uint8Array(160).fill(0x42))
    expect(firstByte(receiverOf(others).openRtp(await a.datagrams.next(() => true)))).toBe(0x42)
    expect(await statsOf('a')).toMatchObject({ srtpFailures: 2 })
  })

  it('protects its reports (§3.4), on the RTP port where both share it (RFC 5761)', async () => {
    const a = await openPhone('a', keys)
    await worker.command({ type: 'close', endpoint: 'a' })
    const goodbye = receiverOf(keys).openRtcp(await a.reportDatagrams.next(() => true))
    expect(typeof goodbye === 'string' ? goodbye : parseRtcp(goodbye)?.at(-1)?.type).toBe('BYE')
    const b = await openPhone('b', keys)
    const settings = { ...b.settings, rtcpMux: true }
    await worker.command({ type: 'update rtp', endpoint: 'b', settings })
    await worker.command({ type: 'close', endpoint: 'b' })
    expect(typeof receiverOf(keys).openRtcp(await b.datagrams.next(() => true))).toBe('object')
  })

  it.each<[string, unknown]>([
    ['a key of another suite', { ...keys, suite: 'AEAD_AES_256_GCM' }],
    ['a key that is no base64', { ...keys, remote: '!'.repeat(40) }],
    ['a suite that nobody knows', { ...keys, suite: 'NULL' }],
  ])('is not opened with %s, and the refusal names no key', async (_, srtp) => {
    const phone = await createTestPhone()
    phones.push(phone)
    const settings = { ...phone.settings, srtp: srtp as SrtpSettings }
    const answer = await worker.command({ type: 'open rtp', endpoint: 'x', call: 'c', settings })
    expect(answer).toMatchObject({ ok: false, code: 'command.malformed' })
    expect(JSON.stringify(answer)).not.toContain(keys.local)
  })
})
