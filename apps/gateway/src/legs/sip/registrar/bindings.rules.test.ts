import { type Flow, parseMessage, type SipRequest } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { contactHeaders, type Registration, register } from './bindings.rules.ts'
import type { Contact } from './registrar.port.ts'

const now = 1_800_000_000_000
const flow: Flow = { transport: 'udp', address: '192.0.2.7', port: 5062 }

function requestOf(headers: readonly string[], { callId = 'a', cseq = 5 } = {}): SipRequest {
  const text = [
    'REGISTER sip:desk.test SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.7:5062;branch=z9hG4bK-1',
    'From: <sip:phone1@desk.test>;tag=1',
    'To: <sip:phone1@desk.test>',
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} REGISTER`,
    'Max-Forwards: 70',
    ...headers,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
  const parsed = parseMessage(new TextEncoder().encode(text), { transport: 'datagram' })
  if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('no request')
  return parsed.message
}

const contact = (fields: Partial<Contact> = {}): Contact => ({
  uri: 'sip:desk@192.0.2.7:5062',
  priority: 1,
  callId: 'a',
  cseq: 4,
  expiresAt: now + 100_000,
  userAgent: null,
  flow,
  ...fields,
})

const ask = (headers: readonly string[], contacts: readonly Contact[] = [], at = {}): Registration =>
  register({ request: requestOf(headers, at), flow, contacts, now })

/** Its URIs and the seconds they have left, in the order of the URIs. */
const left = (result: Registration) =>
  result.type === 'taken'
    ? result.contacts.map(({ uri, expiresAt }) => [uri, (expiresAt - now) / 1_000]).toSorted()
    : result.status

const uri = contact().uri
const other = contact({ uri: 'sip:desk@198.51.100.1', callId: 'b', cseq: 1 })

describe('a REGISTER (RFC 3261 §10.3)', () => {
  test.each<[string, string[], Contact[], ReturnType<typeof left>]>([
    ['without Contact changes nothing', [], [contact()], [[uri, 100]]],
    [
      'binds for the seconds of its Contact',
      [`Contact: <${uri}>;expires=120`, 'Expires: 300'],
      [],
      [[uri, 120]],
    ],
    ['binds for the seconds of its Expires', [`Contact: <${uri}>`, 'Expires: 300'], [], [[uri, 300]]],
    ['that says no time binds for an hour', [`Contact: <${uri}>`], [], [[uri, 3_600]]],
    ['with a time that is none binds for an hour', [`Contact: <${uri}>;expires=soon`], [], [[uri, 3_600]]],
    ['that asks for more gets an hour', [`Contact: <${uri}>;expires=86400`], [], [[uri, 3_600]]],
    ['that asks for less than a minute is told the least', [`Contact: <${uri}>;expires=59`], [], 423],
    ['refreshes what it bound before', [`Contact: <${uri}>;expires=200`], [contact()], [[uri, 200]]],
    [
      'finds its contact by comparing URIs (§19.1.4)',
      ['Contact: <sip:des%6B@192.0.2.7:5062>;expires=200'],
      [contact()],
      [['sip:des%6B@192.0.2.7:5062', 200]],
    ],
    ['takes one back', [`Contact: <${uri}>;expires=0`], [contact(), other], [[other.uri, 100]]],
    ['takes back what was never bound', [`Contact: <${uri}>;expires=0`], [], []],
    [
      'binds several at once',
      [`Contact: <${uri}>;expires=100, <${other.uri}>;expires=200`],
      [],
      [
        [uri, 100],
        [other.uri, 200],
      ],
    ],
    [
      'names one contact twice, and the second counts',
      [`Contact: <${uri}>, <${uri}>;expires=90`],
      [],
      [[uri, 90]],
    ],
    ['with * takes everything back', ['Contact: *', 'Expires: 0'], [contact(), other], []],
    ['with * and no Expires is refused', ['Contact: *'], [contact()], 400],
    ['with * and another Contact is refused', [`Contact: *, <${uri}>`, 'Expires: 0'], [contact()], 400],
    ['with a contact that is no SIP address is refused', ['Contact: <tel:+15550100>'], [], 400],
    ['does all or nothing', [`Contact: <${uri}>;expires=100, <${other.uri}>;expires=9`], [], 423],
    [
      'with more contacts than one telephone has is refused',
      [`Contact: ${Array.from({ length: 11 }, (_, n) => `<sip:${n}@192.0.2.7>`).join(', ')}`],
      [],
      403,
    ],
  ])('%s', (_, headers, contacts, expected) => {
    expect(left(ask(headers, contacts))).toEqual(expected)
  })

  test.each([
    ['a late request of the same Call-ID', { callId: 'a', cseq: 3 }, 500],
    ['the same request again', { callId: 'a', cseq: 4 }, 500],
    ['a later request of the same Call-ID', { callId: 'a', cseq: 5 }, [[uri, 200]]],
    ['a request of another Call-ID, whatever its CSeq', { callId: 'b', cseq: 1 }, [[uri, 200]]],
  ])('by Call-ID and CSeq: %s', (_, at, expected) => {
    expect(left(ask([`Contact: <${uri}>;expires=200`], [contact()], at))).toEqual(expected)
  })

  test('that is late takes back nothing with *', () => {
    expect(left(ask(['Contact: *', 'Expires: 0'], [contact(), other], { callId: 'a', cseq: 4 }))).toBe(500)
  })

  test('of a telephone that has left many places behind: the first to expire makes room', () => {
    const many = Array.from({ length: 10 }, (_, n) =>
      contact({
        uri: `sip:desk@192.0.2.7:${6_000 + n}`,
        callId: `old-${n}`,
        expiresAt: now + (n + 1) * 1_000,
      }),
    )
    const result = ask([`Contact: <${uri}>;expires=60`], many)
    const uris = result.type === 'taken' ? result.contacts.map(one => one.uri) : []
    expect(uris).toHaveLength(10)
    expect(uris).toContain(uri)
    expect(uris).not.toContain(many[0]!.uri)
  })

  test('tells the priority, the user agent and where it came from', () => {
    const result = ask([`Contact: <${uri}>;q=0.5`, `User-Agent: ${'Desk '.repeat(40)}`])
    const [made] = result.type === 'taken' ? result.contacts : []
    expect(made).toMatchObject({ priority: 0.5, flow, callId: 'a', cseq: 5 })
    expect(made?.userAgent).toHaveLength(120)
  })
})

test('the 200 lists every contact with the seconds that it has left, and its q', () => {
  const contacts = [contact(), contact({ uri: 'sip:b@192.0.2.8', priority: 0.3, expiresAt: now + 59_600 })]
  expect(contactHeaders(contacts, now).map(({ value }) => value)).toEqual([
    `<${uri}>;expires=100`,
    '<sip:b@192.0.2.8>;q=0.3;expires=60',
  ])
})
