import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSdp } from '../sdp/parse.ts'
import { createTestRequest, wire } from '../testing/messages.ts'
import { trimBlanks } from './blanks.ts'
import { bodyPartsOf } from './fields/multipart.ts'
import type { SipMessage } from './message.ts'
import { parseNameAddr, serializeNameAddr } from './name-addr.ts'
import { parseMessage } from './parse.ts'
import { type Capabilities, screenRequest } from './screen-request.ts'
import { serializeMessage } from './serialize.ts'
import { StreamFramer } from './stream-framer.ts'
import { parseUri, serializeUri } from './uri.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const TOKEN_CHARS = [...'abcXYZ019-.!%*_+`~']
const token = fc.string({ unit: fc.constantFrom(...TOKEN_CHARS), minLength: 1, maxLength: 12 })
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map(s => trimBlanks(s.replace(/[\r\n\0]/g, '')))
const names = fc.constantFrom(
  'X-Any',
  's',
  'Subject',
  'User-Agent',
  'History-Info',
  'Allow',
  'Warning',
  '__proto__',
  'constructor',
)
const param = fc.record({ name: token, value: token }).map(({ name, value }) => `;${name}=${value}`)
const quoted = text.map(s => `"${s.replace(/["\\]/g, '\\$&')}"`)
const host = fc.constantFrom('example.com', '192.0.2.1', '[2001:db8::1]', '[::ffff:192.0.2.1]', 'a-b.c')
const port = fc.option(
  fc.integer({ min: 0, max: 65535 }).map(n => `:${n}`),
  { nil: '' },
)
const user = fc.constantFrom('a', '+1-555', 'a%20b', "o'brien", 'user;x=1', '%00', 'ü')
const uri = fc.oneof(
  fc
    .tuple(fc.constantFrom('sip', 'sips', 'SIP'), user, host, port)
    .map(([s, u, h, p]) => `${s}:${u}@${h}${p};lr`),
  fc.constantFrom('tel:+1-201-555-0123;ext=1', 'urn:service:sos', 'sip:h?a=b%20c', 'http://h/x?y'),
)
const address = fc
  .tuple(fc.oneof(quoted, fc.constant('Bob '), fc.constant('')), uri, fc.array(param, { maxLength: 3 }))
  .map(([name, u, params]) => `${name}<${u}>${params.join('')}`)
const via = fc
  .tuple(fc.constantFrom('UDP', 'tls', 'WSS', 'X-any'), host, port, token, fc.array(param, { maxLength: 2 }))
  .map(
    ([transport, h, p, branch, params]) =>
      `SIP/2.0/${transport} ${h}${p};branch=z9hG4bK${branch}${params.join('')}`,
  )
/** Headers with a grammar of their own, several values in a line included. */
const structured = fc.oneof(
  fc.record({
    name: fc.constantFrom('Contact', 'm', 'Route', 'Record-Route', 'RECORD-ROUTE', 'P-Asserted-Identity'),
    value: fc.array(address, { minLength: 1, maxLength: 3 }).map(list => list.join(', ')),
  }),
  fc.record({
    name: fc.constantFrom('Via', 'v', 'VIA'),
    value: fc.array(via, { minLength: 1, maxLength: 3 }).map(list => list.join(' ,')),
  }),
)

const message: fc.Arbitrary<SipMessage> = fc
  .record({
    method: token,
    status: fc.option(fc.integer({ min: 100, max: 699 }), { nil: undefined }),
    extra: fc.array(fc.oneof(structured, fc.record({ name: names, value: text })), { maxLength: 8 }),
    target: uri.filter(u => !u.startsWith('sip:h?')),
    body: fc.uint8Array({ maxLength: 60 }),
    branch: token,
    reason: text,
  })
  .map(({ method, status, extra, target, body, branch, reason }) => {
    const cseq = { name: 'CSeq', value: `7 ${method}` }
    const base = createTestRequest({ branch }).headers.filter(h => h.name !== 'CSeq')
    const length = { name: 'Content-Length', value: String(body.length) }
    const headers = [...base, ...extra, cseq, length]
    return status === undefined
      ? { kind: 'request', method, uri: target, headers, body }
      : { kind: 'response', status, reason, headers, body }
  })

/** Pieces that steer random bytes deep into the parser. */
const pieces = fc.constantFrom(
  ...[
    'INVITE sip:a@b SIP/2.0',
    'SIP/2.0 200 OK',
    '\r\n',
    '\r\n\r\n',
    '\r\n ',
    'Via: SIP/2.0/UDP a;branch=',
    'From: "',
  ],
  ...[
    'To: <',
    '>',
    '"',
    '\\',
    ',',
    ';',
    '=',
    ':',
    'CSeq: 1 INVITE',
    'Content-Length: ',
    '__proto__: ',
    'c: multipart/mixed;boundary=b',
    '--b',
    '999',
    '[::1]',
    '%',
    'm=audio',
  ],
  ...['v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\n', 'c=IN IP4 ', 'a=rtpmap:', '\0', 'é', '?', '@', 'tel:', 'sips:'],
)
const soup = fc
  .array(fc.oneof(pieces.map(encodeUtf8), fc.uint8Array({ maxLength: 12 })), { maxLength: 60 })
  .map(parts => new Uint8Array(parts.flatMap(part => [...part])))

/** A good message with some bytes changed, cut out or doubled. */
const mutated = fc
  .tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.nat(2)), { minLength: 1, maxLength: 6 }))
  .map(([good, edits]) => {
    const bytes = [...serializeMessage(good)]
    for (const [position, byte, kind] of edits) {
      const at = position % bytes.length
      if (kind === 0) bytes[at] = byte
      else if (kind === 1) bytes.splice(at, 1 + (byte % 9))
      else bytes.splice(at, 0, byte, byte)
    }
    return new Uint8Array(bytes)
  })

const CAPABILITIES: Capabilities = {
  methods: ['INVITE', 'a'],
  extensions: [],
  contentTypes: ['application/sdp', 'multipart/mixed'],
  schemes: ['sip', 'tel'],
}

describe('properties of the parser (RFC 3261 §7, §25)', () => {
  test('reading what was written gives the same message', () => {
    fc.assert(
      fc.property(message, original => {
        const result = parseMessage(serializeMessage(original), { transport: 'stream' })
        expect(result).toEqual({ ok: true, message: original })
      }),
    )
  })

  test('no bytes make the parsers or the framer throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), soup, mutated), bytes => {
        const parsed = parseMessage(bytes, { transport: 'datagram' })
        if (parsed.ok && parsed.message.kind === 'request') screenRequest(parsed.message, CAPABILITIES)
        parseMessage(bytes, { transport: 'stream' })
        bodyPartsOf({ headers: [{ name: 'c', value: 'multipart/mixed;boundary=b' }], body: bytes })
        new StreamFramer().push(bytes)
        parseSdp(bytes)
        parseUri(decodeUtf8(bytes))
        parseNameAddr(decodeUtf8(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  test('what is accepted can be written and read again without change', () => {
    fc.assert(
      fc.property(fc.oneof(soup, mutated), bytes => {
        const first = parseMessage(bytes, { transport: 'datagram' })
        if (!first.ok) return
        const again = parseMessage(serializeMessage(first.message), { transport: 'stream' })
        expect(again).toMatchObject({ ok: true, message: { body: first.message.body } })
        if (again.ok) expect(serializeMessage(again.message)).toEqual(serializeMessage(first.message))
      }),
      { numRuns: 1000 },
    )
  })

  test('a stream gives the same messages however its bytes are cut', () => {
    const whole = fc.array(message, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(whole, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (messages, cuts) => {
        const bytes = new Uint8Array(messages.flatMap(m => [...serializeMessage(m)]))
        const framer = new StreamFramer()
        const found = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = cuts[i % cuts.length]!
          found.push(...framer.push(bytes.slice(at, at + size)))
          at += size
        }
        expect(found).toEqual(messages.map(m => ({ type: 'message', message: m })))
      }),
    )
  })

  test('all bytes survive being text', () => {
    fc.assert(
      fc.property(fc.uint8Array(), bytes => {
        expect(encodeUtf8(decodeUtf8(bytes))).toEqual(bytes)
      }),
    )
  })

  test('all text survives being bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), s => {
        expect(decodeUtf8(encodeUtf8(s))).toBe(s)
      }),
    )
  })

  test('a URI that is accepted is written as it was read', () => {
    const uriText = fc
      .array(
        fc.constantFrom(
          'sip:',
          'sips:',
          'tel:',
          'a',
          '+1555',
          '@',
          '[2001:db8::1]',
          ':',
          '5060',
          ';',
          'lr',
          '=',
          '?',
          '&',
          '%41',
        ),
      )
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(uriText, text => {
        const parsed = parseUri(text)
        if (parsed === undefined) return
        expect(parseUri(serializeUri(parsed))).toEqual(parsed)
      }),
      { numRuns: 2000 },
    )
  })

  test('a display name survives quoting', () => {
    fc.assert(
      fc.property(text, displayName => {
        const address = { displayName, uri: 'sip:a@example.com', params: [] }
        const expected = displayName === '' ? { uri: address.uri, params: [] } : address
        expect(parseNameAddr(serializeNameAddr(address))).toEqual(expected)
      }),
    )
  })
})

// Inputs that are quadratic for careless parsers; `torture/linear-time.test.ts` counts what they cost.
test.each([
  ['quotes', `From: ${'"a" '.repeat(1500)}`],
  ['commas', `Via: ${','.repeat(8000)}`],
  ['semicolons', `To: <sip:a@b>${';'.repeat(8000)}`],
  ['backslashes', `To: "${'\\'.repeat(8000)}`],
  ['blanks', `CSeq: 1${' '.repeat(8000)}x`],
  ['brackets', `To: ${'<'.repeat(8000)}`],
  ['blanks in Via', `Via: SIP/2.0/UDP${' '.repeat(8000)}`],
])('a header line full of %s is refused', (_, line) => {
  const lines = ['INVITE sip:a@example.com SIP/2.0', line, ...Array<string>(100).fill(line)]
  expect(parseMessage(wire(lines), { transport: 'datagram' })).toMatchObject({ ok: false })
})
