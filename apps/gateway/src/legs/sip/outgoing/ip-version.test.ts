import { header } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sdp } from '../test-call.ts'
import { createTestBench, type TestBench } from './test-bench.ts'
import { TestFarEnd } from './test-far-end.ts'

let bench: TestBench
/** Our address towards whoever is dialled. */
let ours: string

beforeEach(async () => {
  ours = '2001:db8::9'
  bench = await createTestBench({ addressFor: () => ours })
})
afterEach(() => bench.close())

const bodyOf = (message: { body: Uint8Array }) => Buffer.from(message.body).toString()
const remotes = () => bench.media.settings('update rtp').map(({ remote }) => remote.address)
const theirs = sdp({ codecs: '0', address: '2001:db8::5' })

describe('a call of ours over IPv6', () => {
  test('offers our IPv6 address, after the worker’s port moved there (RFC 6157 §4)', async () => {
    const { farEnd, media } = await bench.call()
    expect(bodyOf(farEnd.invite)).toContain('c=IN IP6 2001:db8::9\r\n')
    expect(bodyOf(farEnd.invite)).toContain(`m=audio ${media.local?.port} `)
    expect(bench.media.settings('update rtp')).toMatchObject([
      { remote: { address: '::1' }, peerHolds: true },
    ])
    await farEnd.answer({ body: theirs })
    await farEnd.next('ACK')
    await bench.settle()
    expect(remotes()).toEqual(['::1', '2001:db8::5'])
    expect(bench.told()).toEqual(['answered'])
  })

  test('goes on to a host of IPv4 with an offer and a Contact of IPv4', async () => {
    const second = await bench.openPhone()
    const targets = [bench.phone, second].map(({ port }) => ({
      uri: `sip:+15550123@127.0.0.1:${port}`,
      routes: [],
      credentialsFor: null,
    }))
    const { farEnd } = await bench.call({ targets })
    ours = '127.0.0.1'
    await farEnd.say(503)
    const other = await TestFarEnd.rung(second)
    expect(header(farEnd.invite, 'contact')).toBe(`<sip:ringdown@[2001:db8::9]:${bench.port}>`)
    expect(header(other.invite, 'contact')).toBe(`<sip:ringdown@127.0.0.1:${bench.port}>`)
    expect(bodyOf(other.invite)).toContain('c=IN IP4 127.0.0.1\r\n')
    expect(remotes()).toEqual(['::1', '127.0.0.1'])
    await other.answer()
    await other.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
  })

  test('is ended where the answer names an IPv4 address: nobody would be heard', async () => {
    const { farEnd } = await bench.call()
    await farEnd.answer()
    await farEnd.next('ACK')
    await farEnd.takesBye()
    await bench.settle()
    expect(bench.told()).toEqual(['carrier failed'])
  })

  test('comes to nothing where the worker cannot listen there', async () => {
    const made = await bench.prepare()
    bench.media.crash()
    await bench.dial(made)
    await bench.settle()
    expect(bench.told()).toEqual(['carrier failed'])
  })

  test('keeps its address while another control takes it up, whatever that one would choose', async () => {
    const called = await bench.call()
    await called.farEnd.ring()
    await bench.settle()
    ours = '127.0.0.1'
    await bench.restartWith(called)
    await called.farEnd.answer({ body: theirs })
    await called.farEnd.next('ACK')
    await bench.settle()
    expect(bodyOf(await called.farEnd.request('INVITE'))).toContain('c=IN IP6 2001:db8::9\r\n')
  })

  test('is held in the old way, which names no address of any version (RFC 3264 §8.4)', async () => {
    const { farEnd } = await bench.call()
    await farEnd.answer({ body: theirs })
    await farEnd.next('ACK')
    const held = sdp({ codecs: '0', address: '0.0.0.0', direction: 'inactive' })
    expect(bodyOf(await farEnd.request('INVITE', { body: held }))).toContain('c=IN IP6 2001:db8::9\r\n')
    expect(remotes().at(-1)).toBe('2001:db8::5')
  })
})

describe('an offer of the far end in a call of ours', () => {
  test('moves the audio to the other version of IP (RFC 3264 §8.3.1)', async () => {
    ours = '127.0.0.1'
    const { farEnd } = await bench.talk()
    ours = '2001:db8::9'
    const moved = await farEnd.request('INVITE', { body: theirs })
    expect(bodyOf(moved)).toContain('c=IN IP6 2001:db8::9\r\n')
    expect(remotes().at(-1)).toBe('2001:db8::5')
  })

  test('is refused where we have no address of its version, and what was agreed is kept (RFC 3261 §14.2)', async () => {
    ours = '127.0.0.1'
    const { farEnd } = await bench.talk()
    const before = remotes()
    const refused = await farEnd.request('INVITE', { body: theirs })
    expect(refused.status).toBe(488)
    expect(header(refused, 'warning')).toBe('301 ringdown "Incompatible network address formats"')
    expect(remotes()).toEqual(before)
  })
})
