import { describe, expect, test } from 'vitest'
import { parseUri } from '../message/uri.ts'
import type { DnsRecord, LocatePreferences, Outcome } from './locate.ts'
import { type LocateStep, locate, startLocate } from './machine.ts'

const all: LocatePreferences = { transports: ['udp', 'tcp', 'tls'], families: ['A', 'AAAA'] }
const a = (address: string): DnsRecord => ({ kind: 'A', address })
const aaaa = (address: string): DnsRecord => ({ kind: 'AAAA', address })
const cname = (target: string): DnsRecord => ({ kind: 'CNAME', target })
const srv = (priority: number, target: string, port = 5060): DnsRecord => ({
  kind: 'SRV',
  priority,
  weight: 0,
  port,
  target,
})
const naptr = (order: number, service: string, replacement: string, preference = 1): DnsRecord => ({
  kind: 'NAPTR',
  order,
  preference,
  flags: 's',
  service,
  regexp: '',
  replacement,
})

type Zone = Readonly<Record<string, readonly DnsRecord[] | 'failed' | 'silent'>>

/** Answers every question from a zone; then time is up. */
function run(uri: string, zone: Zone, preferences = all): { asked: string[]; result: string[] } {
  const asked: string[] = []
  let step: LocateStep = startLocate({ uri: parseUri(uri)!, preferences })
  const effects = [...step.effects]
  for (let i = 0; i < effects.length; i++) {
    const effect = effects[i]!
    if (effect.type !== 'query') continue
    const { question } = effect
    asked.push(`${question.kind} ${question.name}`)
    const found = zone[`${question.kind} ${question.name}`]
    if (found === 'silent') continue
    step = locate(step.state, {
      type: 'outcome',
      question,
      outcome: outcomeOf(found),
      random: () => 0,
    })
    effects.push(...step.effects)
  }
  if (step.state.name === 'asking') effects.push(...locate(step.state, { type: 'time out' }).effects)
  return { asked, result: resultOf(effects.at(-1)!) }
}

const outcomeOf = (found: Zone[string] | undefined): Outcome =>
  found === undefined
    ? { type: 'none' }
    : typeof found === 'string'
      ? { type: 'failed' }
      : { type: 'records', records: found }

function resultOf(effect: LocateStep['effects'][number]): string[] {
  if (effect.type === 'failed') return [effect.error]
  if (effect.type !== 'located') return [effect.type]
  return effect.candidates.map(
    ({ transport, address, port, serverName }) => `${transport} ${address} ${port} ${serverName}`,
  )
}

interface Row {
  title: string
  uri: string
  zone?: Zone
  transports?: LocatePreferences['transports']
  asked?: string[]
  result: string[]
}

const none: string[] = []

describe('a target that needs no DNS (RFC 3263 §4.1, §4.2)', () => {
  test.each<Row>([
    { title: 'a numeric host: UDP, 5060', uri: 'sip:192.0.2.1', result: ['udp 192.0.2.1 5060 192.0.2.1'] },
    { title: 'with a port', uri: 'sip:192.0.2.1:5080', result: ['udp 192.0.2.1 5080 192.0.2.1'] },
    {
      title: 'an IPv6 host (RFC 5118)',
      uri: 'sip:[2001:db8::1]:5070',
      result: ['udp 2001:db8::1 5070 2001:db8::1'],
    },
    {
      title: 'sips: TLS, 5061',
      uri: 'sips:192.0.2.1',
      result: ['tls 192.0.2.1 5061 192.0.2.1'],
    },
    {
      title: 'sips with transport=tcp: TLS over TCP',
      uri: 'sips:192.0.2.1;transport=tcp',
      result: ['tls 192.0.2.1 5061 192.0.2.1'],
    },
    {
      title: 'transport=tls',
      uri: 'sip:192.0.2.1;transport=TLS',
      result: ['tls 192.0.2.1 5061 192.0.2.1'],
    },
    {
      title: 'maddr goes before the host, which stays the name to be proved',
      uri: 'sips:Example.com;maddr=192.0.2.9',
      result: ['tls 192.0.2.9 5061 example.com'],
    },
    { title: 'sips over UDP', uri: 'sips:192.0.2.1;transport=udp', result: ['locate.insecure-transport'] },
    {
      title: 'SCTP',
      uri: 'sip:192.0.2.1;transport=sctp',
      result: ['locate.unsupported-transport'],
    },
    {
      title: 'a transport that is the name of something else',
      uri: 'sip:192.0.2.1;transport=constructor',
      result: ['locate.unsupported-transport'],
    },
    {
      title: 'sips without TLS of our own',
      uri: 'sips:example.com',
      transports: ['udp', 'tcp'],
      result: ['locate.unsupported-transport'],
    },
    { title: 'a number', uri: 'tel:+15550100', result: ['locate.not-sip'] },
    { title: 'a host that is neither name nor address', uri: 'sip:192.0.2.999', result: ['locate.bad-host'] },
    { title: 'a name with an empty label', uri: 'sip:a..example', result: ['locate.bad-host'] },
  ])('$title', ({ uri, transports, result }) => {
    const preferences = transports ? { ...all, transports } : all
    expect(run(uri, {}, preferences)).toEqual({ asked: none, result })
  })
})

describe('a target that needs DNS (RFC 3263 §4.1, §4.2)', () => {
  const hosts: Zone = { 'A s1.example.com': [a('192.0.2.1')], 'A s2.example.com': [a('192.0.2.2')] }
  test.each<Row>([
    {
      title: 'NAPTR, SRV and addresses, in the order of the domain',
      uri: 'sip:example.com',
      zone: {
        ...hosts,
        'NAPTR example.com': [
          naptr(90, 'SIP+D2U', '_sip._udp.example.com'),
          naptr(50, 'SIPS+D2T', '_sips._tcp.example.com'),
          naptr(10, 'SIP+D2S', '_sip._sctp.example.com'),
        ],
        'SRV _sips._tcp.example.com': [srv(1, 's1.example.com.', 5061)],
        'SRV _sip._udp.example.com': [srv(2, 's2.example.com'), srv(1, 's1.example.com')],
      },
      result: [
        'tls 192.0.2.1 5061 example.com',
        'udp 192.0.2.1 5060 example.com',
        'udp 192.0.2.2 5060 example.com',
      ],
    },
    {
      title: 'sips takes no insecure service',
      uri: 'sips:example.com',
      zone: { ...hosts, 'NAPTR example.com': [naptr(1, 'SIP+D2T', '_sip._tcp.example.com')] },
      asked: ['NAPTR example.com', 'SRV _sips._tcp.example.com', 'A example.com', 'AAAA example.com'],
      result: ['locate.no-such-host'],
    },
    {
      title: 'without NAPTR, SRV of each transport in our order',
      uri: 'sip:example.com',
      transports: ['tcp', 'udp'],
      zone: {
        ...hosts,
        'SRV _sip._udp.example.com': [srv(1, 's1.example.com')],
        'SRV _sip._tcp.example.com': [srv(1, 's2.example.com', 5062)],
      },
      result: ['tcp 192.0.2.2 5062 example.com', 'udp 192.0.2.1 5060 example.com'],
    },
    {
      title: 'without SRV, the addresses of the host, IPv4 and IPv6',
      uri: 'sip:example.com',
      zone: { 'A example.com': [a('192.0.2.7')], 'AAAA example.com': [aaaa('2001:db8::7')] },
      result: ['udp 192.0.2.7 5060 example.com', 'udp 2001:db8::7 5060 example.com'],
    },
    {
      title: 'a transport goes straight to its SRV',
      uri: 'sip:example.com;transport=tcp',
      zone: { ...hosts, 'SRV _sip._tcp.example.com': [srv(1, 's1.example.com')] },
      asked: ['SRV _sip._tcp.example.com', 'A s1.example.com', 'AAAA s1.example.com'],
      result: ['tcp 192.0.2.1 5060 example.com'],
    },
    {
      title: 'a port goes straight to the addresses',
      uri: 'sips:s1.example.com:5099',
      zone: hosts,
      asked: ['A s1.example.com', 'AAAA s1.example.com'],
      result: ['tls 192.0.2.1 5099 s1.example.com'],
    },
    {
      title: 'a service that is denied with "." is not looked for elsewhere (RFC 2782)',
      uri: 'sip:example.com;transport=udp',
      zone: { 'SRV _sip._udp.example.com': [srv(0, '.')], 'A example.com': [a('192.0.2.7')] },
      asked: ['SRV _sip._udp.example.com'],
      result: ['locate.no-such-host'],
    },
    {
      title: 'an alias is followed',
      uri: 'sip:www.example.com:5060',
      zone: { 'A www.example.com': [cname('S1.example.com.')], ...hosts },
      result: ['udp 192.0.2.1 5060 www.example.com'],
    },
    {
      title: 'aliases in a circle end',
      uri: 'sip:a.example:5060',
      zone: {
        'A a.example': [cname('b.example')],
        'A b.example': [cname('a.example')],
        'AAAA a.example': [],
      },
      asked: ['A a.example', 'AAAA a.example', 'A b.example'],
      result: ['locate.no-such-host'],
    },
    {
      title: 'addresses and names that are none are left out',
      uri: 'sip:example.com;transport=udp',
      zone: {
        'SRV _sip._udp.example.com': [srv(1, 'bad host'), srv(1, 's1.example.com', 0), srv(2, 'x.example')],
        'A x.example': [a('not an address'), a('192.0.2.8')],
      },
      result: ['udp 192.0.2.8 5060 example.com'],
    },
    {
      title: 'a place that is named twice is tried once',
      uri: 'sip:example.com;transport=udp',
      zone: {
        ...hosts,
        'SRV _sip._udp.example.com': [srv(1, 's1.example.com'), srv(2, 's1.example.com')],
      },
      result: ['udp 192.0.2.1 5060 example.com'],
    },
    {
      title: 'when DNS fails, that is said, not that there is nothing',
      uri: 'sip:example.com:5060',
      zone: { 'A example.com': 'failed' },
      result: ['locate.dns-failed'],
    },
    {
      title: 'when time is up, what is known is used',
      uri: 'sip:example.com',
      zone: {
        ...hosts,
        'SRV _sip._udp.example.com': [srv(1, 's1.example.com')],
        'SRV _sips._tcp.example.com': 'silent',
        'AAAA s1.example.com': 'silent',
      },
      result: ['udp 192.0.2.1 5060 example.com'],
    },
    {
      title: 'when time is up and nothing is known, it fails',
      uri: 'sip:example.com',
      zone: { 'NAPTR example.com': 'silent' },
      asked: ['NAPTR example.com'],
      result: ['locate.dns-failed'],
    },
  ])('$title', ({ uri, zone = {}, transports, asked, result }) => {
    const preferences = transports ? { ...all, transports } : all
    const ran = run(uri, zone, preferences)
    expect(ran.result).toEqual(result)
    if (asked) expect(ran.asked).toEqual(asked)
  })

  test('a giant answer is cut', () => {
    const many = Array.from({ length: 500 }, (_, i) => srv(i, `h${i}.example`))
    const { asked } = run('sip:example.com;transport=udp', { 'SRV _sip._udp.example.com': many })
    expect(asked.length).toBe(1 + 2 * 16)
    const addresses = Array.from({ length: 500 }, (_, i) => a(`10.0.${i >> 8}.${i & 255}`))
    expect(run('sip:example.com:5060', { 'A example.com': addresses }).result).toHaveLength(16)
  })

  test('an outcome that nobody asked for changes nothing', () => {
    const { state } = startLocate({ uri: parseUri('sip:example.com')!, preferences: all })
    const question = { kind: 'A', name: 'elsewhere.example' } as const
    const outcome: Outcome = { type: 'records', records: [a('192.0.2.66')] }
    const step = locate(state, { type: 'outcome', question, outcome, random: () => 0 })
    expect(step).toEqual({ state, effects: [{ type: 'unexpected' }] })
  })
})
