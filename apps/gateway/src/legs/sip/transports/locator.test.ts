import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { type Flow, parseUri } from '@ringdown/sip'
import { afterEach, describe, expect, test } from 'vitest'
import { createTestClock } from '../../stream/doubles.ts'
import type { DnsResolver } from './dns.ts'
import { createLocator } from './locator.ts'
import { openTestDns, type Zone } from './test-dns.ts'
import { createTestSockets, request } from './test-sockets.ts'
import { transportLimits } from './transport-limits.rules.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const zone: Zone = {
  'NAPTR example.test': [
    {
      order: 10,
      preference: 1,
      flags: 's',
      service: 'SIPS+D2T',
      regexp: '',
      replacement: '_sips._tcp.example.test',
    },
    {
      order: 20,
      preference: 1,
      flags: 's',
      service: 'SIP+D2U',
      regexp: '',
      replacement: '_sip._udp.example.test',
    },
  ],
  'SRV _sips._tcp.example.test': [{ priority: 1, weight: 0, port: 5061, name: 'a.example.test' }],
  'SRV _sip._udp.example.test': [
    { priority: 2, weight: 0, port: 5070, name: 'b.example.test' },
    { priority: 1, weight: 0, port: 5060, name: 'a.example.test' },
  ],
  'A a.example.test': ['192.0.2.1'],
  'AAAA a.example.test': ['2001:db8::1'],
  'A b.example.test': ['192.0.2.2'],
}

async function located(of: Zone = zone) {
  const dns = await openTestDns(of)
  closing.push(dns.close)
  const resolver = new Resolver({ timeout: 200, tries: 1 })
  resolver.setServers([`127.0.0.1:${dns.port}`])
  const clock = createTestClock()
  const locator = createLocator({ resolver, clock, random: () => 0 })
  const places = async (uri: string) =>
    (await locator.locate(parseUri(uri)!)).map(c => `${c.transport} ${c.address} ${c.port} ${c.serverName}`)
  return { ...dns, clock, locator, places }
}

describe('the places behind a SIP URI (RFC 3263), asked of a DNS server', () => {
  test.each([
    [
      'sip:example.test',
      [
        'tls 192.0.2.1 5061 example.test',
        'tls 2001:db8::1 5061 example.test',
        'udp 192.0.2.1 5060 example.test',
        'udp 2001:db8::1 5060 example.test',
        'udp 192.0.2.2 5070 example.test',
      ],
    ],
    ['sips:example.test', ['tls 192.0.2.1 5061 example.test', 'tls 2001:db8::1 5061 example.test']],
    ['sip:b.example.test;transport=tcp', ['tcp 192.0.2.2 5060 b.example.test']],
    ['sip:a.example.test:5080', ['udp 192.0.2.1 5080 a.example.test', 'udp 2001:db8::1 5080 a.example.test']],
    ['sip:192.0.2.9', ['udp 192.0.2.9 5060 192.0.2.9']],
  ])('%s', async (uri, expected) => {
    const { places } = await located()
    expect(await places(uri)).toEqual(expected)
  })

  test.each([
    ['sip:nobody.test', 'locate.no-such-host'],
    ['tel:+15550100', 'locate.not-sip'],
  ])('%s is refused with the reason', async (uri, code) => {
    const { places } = await located()
    await expect(places(uri)).rejects.toMatchObject({ code })
  })

  test('a DNS server that fails is no proof that there is nobody', async () => {
    const { places } = await located('fails')
    await expect(places('sip:example.test:5060')).rejects.toMatchObject({ code: 'locate.dns-failed' })
  })

  test('an answer is remembered for its time to live, that of an address exactly', async () => {
    const { places, asked, clock } = await located()
    await places('sip:b.example.test:5080')
    await places('sip:b.example.test:5080')
    expect(asked).toEqual(['A b.example.test', 'AAAA b.example.test'])
    clock.advance(60_000)
    await places('sip:b.example.test:5080')
    expect(asked).toHaveLength(4)
  })

  test('the same question of many calls at once is asked once', async () => {
    const { places, asked } = await located()
    await Promise.all(Array.from({ length: 50 }, () => places('sip:b.example.test:5080')))
    expect(asked).toHaveLength(2)
  })

  test('a place that failed goes last for a while, or for as long as it asked (RFC 3261 §21.5.4)', async () => {
    const { places, locator, clock } = await located()
    const [first] = await locator.locate(parseUri('sip:example.test;transport=udp')!)
    locator.failed(first!, 120_000)
    const order = async () =>
      (await places('sip:example.test;transport=udp')).map(place => place.split(' ')[1])
    expect((await order()).at(-1)).toBe('192.0.2.1')
    clock.advance(120_000)
    expect((await order())[0]).toBe('192.0.2.1')
    locator.failed(first!)
    locator.answered(first!)
    expect((await order())[0]).toBe('192.0.2.1')
  })

  test('a DNS that says nothing is waited for only so long', async () => {
    const silent = () => new Promise<never>(() => {})
    const resolver: DnsResolver = {
      resolve4: silent,
      resolve6: silent,
      resolveSrv: silent,
      resolveNaptr: silent,
    }
    const clock = createTestClock()
    const asking = createLocator({ resolver, clock }).locate(parseUri('sip:example.test')!)
    clock.advance(transportLimits.locateMs)
    await expect(asking).rejects.toMatchObject({ code: 'locate.dns-failed' })
    expect(clock.pending()).toBe(0)
  })
})

test('what others found out of a place is known to calls, and what calls find out to others', async () => {
  const { locator } = await located()
  const ours = await createTestSockets({ locator })
  closing.push(ours.close)
  const avoided = async () => (await ours.locate('sip:192.0.2.9:5080')).map(({ isAvoided }) => isAvoided)
  const flow: Flow = { transport: 'udp', address: '192.0.2.9', port: 5080 }
  locator.failed(flow)
  expect(await avoided()).toEqual([true])
  ours.reached(flow)
  expect([locator.isAvoided(flow), await avoided()]).toEqual([false, [false]])
  ours.avoid({ flow })
  expect(locator.isAvoided(flow)).toBe(true)
})

describe('a message to a name', () => {
  async function sockets(answers: Record<string, string[]>, services: Record<string, object[]> = {}) {
    const nothing = Object.assign(new Error('ENODATA'), { code: 'ENODATA' })
    const resolver = {
      async resolve4(name: string) {
        const found = answers[name]
        if (!found) throw nothing
        return found.map(address => ({ address, ttl: 60 }))
      },
      async resolve6() {
        throw nothing
      },
      async resolveSrv(name: string) {
        const found = services[name]
        if (!found) throw nothing
        return found
      },
      async resolveNaptr() {
        throw nothing
      },
    } as unknown as DnsResolver
    const made = await createTestSockets({ locator: createLocator({ resolver, clock: createTestClock() }) })
    closing.push(made.close)
    return made
  }

  test('goes to the next place when the first takes nothing (RFC 3263 §4.3)', async () => {
    const peer = await sockets({})
    const srv = (name: string, priority: number, port: number) => ({ name, priority, weight: 0, port })
    const ours = await sockets(
      { 'down.test': ['127.0.0.1'], 'up.test': ['127.0.0.1'] },
      { '_sip._tcp.peer.test': [srv('down.test', 1, 1), srv('up.test', 2, peer.port)] },
    )
    await ours.send(request(), { transport: 'tcp', address: 'peer.test', port: 0 })
    await peer.hears()
  })

  test('with a port goes to the addresses of the name itself (RFC 3263 §4.2)', async () => {
    const udp = createSocket('udp4')
    udp.bind(0, '127.0.0.1')
    await once(udp, 'listening')
    closing.push(() => udp.close())
    const ours = await sockets({ 'peer.test': ['127.0.0.1'] })
    const heard = once(udp, 'message')
    await ours.send(request(), { transport: 'udp', address: 'peer.test', port: udp.address().port })
    expect(String((await heard)[0])).toContain('OPTIONS')
  })

  test('that nobody has does not go out', async () => {
    const ours = await sockets({})
    const nowhere = { transport: 'tcp', address: 'nobody.test', port: 0 } as const
    await expect(ours.send(request(), nowhere)).rejects.toMatchObject({ code: 'locate.no-such-host' })
  })
})
