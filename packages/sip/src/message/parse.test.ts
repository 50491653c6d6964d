import { describe, expect, test } from 'vitest'
import { wire } from '../testing/messages.ts'
import { createResponse } from './build.ts'
import { header, headerLines } from './header-names.ts'
import {
  allowOf,
  callIdOf,
  contactsOf,
  contentLengthOf,
  contentTypeOf,
  cseqOf,
  fromOf,
  headerList,
  maxForwardsOf,
  supportedOf,
  toOf,
  topVia,
  viaList,
} from './headers.ts'
import type { SipMessage } from './message.ts'
import { tagOf } from './name-addr.ts'
import { parseMessage } from './parse.ts'
import { branchOf, serializeVia } from './via.ts'

const HEAD = [
  'INVITE sip:bob@example.com SIP/2.0',
  'Via: SIP/2.0/UDP client.example.com:5060;branch=z9hG4bK1',
  'From: Alice <sip:alice@example.com>;tag=1',
  'To: Bob <sip:bob@example.com>',
  'Call-ID: 1@client.example.com',
  'CSeq: 1 INVITE',
]

const replaced = (name: string, ...lines: string[]): string[] =>
  HEAD.flatMap(line => (line.startsWith(`${name}:`) ? lines : [line]))

const datagram = (lines: readonly string[], body = '') =>
  parseMessage(wire(lines, body), { transport: 'datagram' })
const stream = (lines: readonly string[], body = '') =>
  parseMessage(wire(lines, body), { transport: 'stream' })

function accepted(lines: readonly string[], body = ''): SipMessage {
  const result = datagram(lines, body)
  if (!result.ok) throw new Error(result.reason)
  return result.message
}

describe('a message that is accepted', () => {
  test('is read through typed accessors', () => {
    const message = accepted(
      [
        ...HEAD,
        'Max-Forwards: 69',
        'Contact: <sip:alice@client.example.com>;expires=60, "A, B" <sip:b@example.com>',
        'Allow: INVITE, ACK',
        'Allow: BYE',
        'Supported: 100rel,timer',
        'Content-Type: Application/SDP ;charset=utf-8',
        'Content-Length: 3',
      ],
      'v=0',
    )
    expect(message).toMatchObject({ kind: 'request', method: 'INVITE', uri: 'sip:bob@example.com' })
    expect(topVia(message)).toMatchObject({ transport: 'UDP', host: 'client.example.com', port: 5060 })
    expect(fromOf(message)).toMatchObject({ displayName: 'Alice', uri: 'sip:alice@example.com' })
    expect(tagOf(fromOf(message))).toBe('1')
    expect(tagOf(toOf(message))).toBeUndefined()
    expect(cseqOf(message)).toEqual({ number: 1, method: 'INVITE' })
    expect(callIdOf(message)).toBe('1@client.example.com')
    expect(maxForwardsOf(message)).toBe(69)
    expect(contactsOf(message).map(c => [c.displayName, c.uri])).toEqual([
      [undefined, 'sip:alice@client.example.com'],
      ['A, B', 'sip:b@example.com'],
    ])
    expect(allowOf(message)).toEqual(['INVITE', 'ACK', 'BYE'])
    expect(supportedOf(message)).toEqual(['100rel', 'timer'])
    expect(contentTypeOf(message)).toBe('application/sdp')
    expect(contentLengthOf(message)).toBe(3)
    expect(message.body).toEqual(new Uint8Array([0x76, 0x3d, 0x30]))
  })

  test('may use compact and oddly spelled header names (RFC 3261 §7.3.1, §7.3.3)', () => {
    const message = accepted([
      'OPTIONS sip:bob@example.com SIP/2.0',
      'v :  SIP / 2.0 / TCP   [2001:db8::1]:5070 ; branch = z9hG4bKx ,SIP/2.0/UDP b.example.com;branch=z9hG4bKy',
      'f: sip:alice@example.com;tag=1',
      't:<sip:bob@example.com>',
      'i: 1',
      'cSEQ: 0009   OPTIONS',
      'L: 0',
    ])
    expect(viaList(message).map(via => [via.transport, via.host, via.port, branchOf(via)])).toEqual([
      ['TCP', '2001:db8::1', 5070, 'z9hG4bKx'],
      ['UDP', 'b.example.com', undefined, 'z9hG4bKy'],
    ])
    expect(fromOf(message)).toMatchObject({ uri: 'sip:alice@example.com' })
    expect(cseqOf(message)?.number).toBe(9)
  })

  test('may fold header values over lines (RFC 3261 §7.3.1)', () => {
    const message = accepted([
      ...replaced('To', 'To:', '  "Bob"', '\t<sip:bob@example.com>'),
      'Subject: a',
      '  b',
    ])
    expect(toOf(message)).toMatchObject({ displayName: 'Bob', uri: 'sip:bob@example.com' })
    expect(header(message, 's')).toBe('a b')
  })

  test('keeps what is text though it looks like white space (RFC 4475 §3.1.1.2)', () => {
    expect(header(accepted([...HEAD, 'X: \ufeffa\u00a0 ']), 'x')).toBe('\ufeffa\u00a0')
  })

  test('in a response may have a malformed Contact, which is left out', () => {
    const response = accepted(['SIP/2.0 302 Moved', ...HEAD.slice(1), 'Contact: <sip:>, <sip:a@b>'])
    expect(contactsOf(response).map(({ uri }) => uri)).toEqual(['sip:a@b'])
  })

  test('may call its headers what it likes', () => {
    const message = accepted([...HEAD, '__proto__: a', 'constructor: b'])
    expect([header(message, '__proto__'), header(message, 'constructor')]).toEqual(['a', 'b'])
    const refused = datagram([...HEAD, 'constructor: b', 'nonsense'])
    expect(refused.ok ? [] : refused.salvage?.headers.map(h => h.name)).not.toContain('constructor')
  })

  test('keeps unknown headers and their order', () => {
    const message = accepted([...HEAD, 'X-Two: 2', 'NewFangled: a;b="c,d"', 'X-Two: 1'])
    expect(message.headers.slice(-3)).toEqual([
      { name: 'X-Two', value: '2' },
      { name: 'NewFangled', value: 'a;b="c,d"' },
      { name: 'X-Two', value: '1' },
    ])
    expect(headerLines(message, 'x-two')).toEqual(['2', '1'])
  })

  test('may have commas inside quotes and brackets of a list header', () => {
    const message = accepted([...HEAD, 'Contact: "a\\",b" <sip:x@example.com;p=1,2>, <sip:y@example.com>'])
    expect(headerList(message, 'Contact')).toHaveLength(2)
  })

  test.each([
    ['line breaks before the start line (§7.5)', ['', '', ...HEAD]],
    [
      'an extension method',
      [
        "!interesting-Method0123456789_*+`.%indeed'~ sip:a@example.com SIP/2.0",
        ...replaced('INVITE', ...[]).slice(1, 5),
        "CSeq: 1 !interesting-Method0123456789_*+`.%indeed'~",
      ],
    ],
    [
      'an unknown URI scheme, for the user to answer 416',
      ['INVITE nobodyKnowsThisScheme:totally SIP/2.0', ...HEAD.slice(1)],
    ],
    ['no Max-Forwards, as of RFC 2543', HEAD],
    ['a From without tag, as of RFC 2543', replaced('From', 'From: <sip:alice@example.com>')],
    ['a tel URI', ['INVITE tel:+1-555-0100;phone-context=example.com SIP/2.0', ...HEAD.slice(1)]],
    [
      'a display name beyond ASCII without quotes',
      replaced('From', 'From: José Ñ <sip:jose@example.com>;tag=1'),
    ],
    [
      'a semicolon in the user part',
      ['INVITE sip:user;par=u%40example.net@example.com SIP/2.0', ...HEAD.slice(1)],
    ],
  ])('may have %s', (_, lines) => {
    expect(datagram(lines)).toMatchObject({ ok: true })
  })

  test('in a datagram ends at its Content-Length; the rest is dropped (§18.3)', () => {
    expect(accepted([...HEAD, 'Content-Length: 2'], 'abcdef').body).toHaveLength(2)
  })

  test('in a datagram without Content-Length has the rest as its body (§18.3)', () => {
    expect(accepted(HEAD, 'abcdef').body).toHaveLength(6)
  })

  test('may be a response with an empty or non-ASCII reason phrase', () => {
    expect(accepted(['SIP/2.0 100 ', ...HEAD.slice(1)])).toMatchObject({
      kind: 'response',
      status: 100,
      reason: '',
    })
    expect(accepted(['sip/2.0 200 Всё хорошо', ...HEAD.slice(1)])).toMatchObject({
      status: 200,
      reason: 'Всё хорошо',
    })
  })
})

describe('a message that is refused', () => {
  test.each([
    ['an empty datagram', [''], 'message.empty', 400],
    ['text that is no SIP', ['GET / HTTP/1.1'], 'message.start-line', 400],
    [
      'another version: 505',
      ['INVITE sip:bob@example.com SIP/7.0', ...HEAD.slice(1)],
      'message.version',
      505,
    ],
    [
      'brackets around the Request-URI',
      ['INVITE <sip:bob@example.com> SIP/2.0', ...HEAD.slice(1)],
      'message.request-uri',
      400,
    ],
    [
      'blanks in the Request-URI',
      ['INVITE sip:bob@example.com; lr SIP/2.0', ...HEAD.slice(1)],
      'message.request-uri',
      400,
    ],
    [
      'two blanks in the request line',
      ['INVITE  sip:bob@example.com SIP/2.0', ...HEAD.slice(1)],
      'message.request-uri',
      400,
    ],
    ['a Request-URI without host', ['INVITE sip:bob@ SIP/2.0', ...HEAD.slice(1)], 'message.request-uri', 400],
    [
      'a Request-URI over its limit: 414',
      [`INVITE sip:${'b'.repeat(4200)}@example.com SIP/2.0`, ...HEAD.slice(1)],
      'message.request-uri-too-long',
      414,
    ],
    [
      'headers in the Request-URI (§19.1.1)',
      ['INVITE sip:bob@example.com?Route=x SIP/2.0', ...HEAD.slice(1)],
      'message.request-uri',
      400,
    ],
    ['a malformed Contact', [...HEAD, 'm: <sip:a@b>, <sip:>'], 'message.header-invalid', 400],
    ['a malformed Record-Route', [...HEAD, 'Record-Route: <sip:a@b;lr'], 'message.header-invalid', 400],
    ['a NUL behind a backslash, but in no quotes', [...HEAD, 'Subject: \\\0'], 'message.header-syntax', 400],
    ['a header line without colon', [...HEAD, 'nonsense'], 'message.header-syntax', 400],
    ['a bare line feed that hides a header', [...HEAD, 'Subject: a\nX: b'], 'message.header-syntax', 400],
    ['a NUL in a header', [...HEAD, 'Subject: a\0b'], 'message.header-syntax', 400],
    ['no Call-ID', replaced('Call-ID'), 'message.header-missing', 400],
    ['no CSeq', replaced('CSeq'), 'message.header-missing', 400],
    [
      'an unclosed quote in From',
      replaced('From', 'From: "Mr. J. User <sip:j@example.com>;tag=1'),
      'message.header-invalid',
      400,
    ],
    [
      'a comma in an unquoted display name',
      replaced('From', 'From: Bell, Alexander <sip:a@example.com>;tag=1'),
      'message.header-invalid',
      400,
    ],
    [
      'empty parameters in Via',
      replaced('Via', 'Via: SIP/2.0/UDP 192.0.2.15;;,;,,'),
      'message.header-invalid',
      400,
    ],
    [
      'a question mark outside brackets',
      replaced('To', 'To: sip:bob@example.com?Route=x'),
      'message.header-invalid',
      400,
    ],
    [
      'a CSeq over 2^31',
      replaced('CSeq', 'CSeq: 36893488147419103232 INVITE'),
      'message.header-invalid',
      400,
    ],
    ['a CSeq of another method', replaced('CSeq', 'CSeq: 1 OPTIONS'), 'message.cseq-method', 400],
    ['two Froms', [...HEAD, 'f: <sip:x@example.com>;tag=2'], 'message.header-repeated', 400],
    ['a Max-Forwards over 255', [...HEAD, 'Max-Forwards: 300'], 'message.header-invalid', 400],
    ['a negative Content-Length', [...HEAD, 'Content-Length: -999'], 'message.content-length', 400],
    [
      'a datagram shorter than Content-Length',
      [...HEAD, 'Content-Length: 9999'],
      'message.content-length',
      400,
    ],
    ['too many headers: 513', [...HEAD, ...Array<string>(300).fill('X: 1')], 'message.too-many-headers', 513],
    ['a giant header line: 513', [...HEAD, `X: ${'x'.repeat(9000)}`], 'message.header-too-long', 513],
    [
      'a header folded into a giant',
      [...HEAD, 'X: 1', ...Array<string>(2000).fill(' xxxxxxxx')],
      'message.header-too-long',
      513,
    ],
  ])('has %s', (_, lines, reason, status) => {
    expect(datagram(lines)).toMatchObject({ ok: false, reason, status })
  })

  test.each([
    ['a status over 699', 'SIP/2.0 4294967301 better not break the receiver'],
    ['a status under 100', 'SIP/2.0 99 x'],
    ['another version', 'SIP/3.0 200 OK'],
  ])('being a response with %s, is dropped without an answer', (_, line) => {
    const result = datagram([line, ...HEAD.slice(1)])
    expect(result.ok).toBe(false)
    expect(result).not.toHaveProperty('salvage')
  })

  test('over 65,535 bytes is answered 513', () => {
    expect(datagram(HEAD, 'x'.repeat(66_000))).toMatchObject({
      ok: false,
      reason: 'message.too-large',
      status: 513,
    })
  })

  test('with a body over its limit is answered 413', () => {
    const result = parseMessage(wire(HEAD, 'x'.repeat(500)), {
      transport: 'datagram',
      limits: { bodyBytes: 400 },
    })
    expect(result).toMatchObject({ ok: false, status: 413 })
  })

  test('cut off inside its headers is refused', () => {
    const bytes = wire(HEAD).slice(0, -3)
    expect(parseMessage(bytes, { transport: 'datagram' })).toMatchObject({
      ok: false,
      reason: 'message.truncated',
    })
  })

  test('on a stream lacks Content-Length (§18.3)', () => {
    expect(stream(HEAD)).toMatchObject({ ok: false, reason: 'message.content-length' })
    expect(stream([...HEAD, 'Content-Length: 0'])).toMatchObject({ ok: true })
  })

  test('keeps what an answer is made of: Via, From, To, Call-ID and CSeq, as far as they are well-formed', () => {
    const result = datagram([...HEAD, 'Max-Forwards: many', 'Subject: x'])
    const salvage = result.ok ? undefined : result.salvage
    expect(salvage?.headers.map(h => h.name)).toEqual(['Via', 'From', 'To', 'Call-ID', 'CSeq'])
    expect(createResponse(salvage!, 400, { toTag: 'x' })).toMatchObject({
      status: 400,
      reason: 'Bad Request',
    })
  })

  test('that is an ACK is never answered (§17.1.1.3)', () => {
    const lines = ['ACK sip:bob@example.com SIP/2.0', ...HEAD.slice(1)]
    expect(datagram(lines)).not.toHaveProperty('salvage')
  })

  test('is answered with its own From, To and CSeq, however malformed (§8.2.6.2)', () => {
    const result = datagram(replaced('CSeq', 'CSeq: x INVITE', 'cseq: 2 INVITE'))
    const salvage = result.ok ? undefined : result.salvage
    expect(header(salvage!, 'cseq')).toBe('x INVITE')
    expect(headerLines(salvage!, 'cseq')).toHaveLength(1)
  })

  test('with a Via of another protocol version is answered in that version (RFC 4475 §3.1.2.16)', () => {
    const lines = replaced('Via', 'Via: SIP/7.0/UDP client.example.com;branch=z9hG4bK1')
    const message = accepted(lines)
    expect(topVia(message)).toMatchObject({ protocol: 'SIP/7.0', transport: 'UDP' })
    expect(serializeVia(topVia(message)!)).toBe('SIP/7.0/UDP client.example.com;branch=z9hG4bK1')
  })

  test('without a usable Via cannot be answered', () => {
    const result = datagram(replaced('Via', 'Via: nonsense'))
    expect(result).toMatchObject({ ok: false, header: 'via' })
    expect(result).not.toHaveProperty('salvage')
  })
})
