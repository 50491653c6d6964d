import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../message/utf8.ts'
import type { LocalAudio } from './negotiated.ts'
import { answerAudio, offerAudio, readAudioAnswer } from './offer-answer.ts'
import { parseSdp } from './parse.ts'
import { serializeSdp } from './serialize.ts'
import type { SdpSession } from './session.ts'

const word = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.+'), minLength: 1, maxLength: 8 })
const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map(s => s.replace(/[\r\n\0]/g, '').trim())
const number = fc.integer({ min: 0, max: 2 ** 31 }).map(String)
const connection = fc.oneof(
  fc.ipV4().map(address => ({ addressType: 'IP4' as const, address })),
  fc.ipV6().map(address => ({ addressType: 'IP6' as const, address })),
)
const attribute = fc
  .record({ name: word, value: fc.option(text, { nil: undefined }) })
  .map(({ name, value }) => (value === undefined ? { name } : { name, value }))
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const written = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T
const linesOf = (type: string) =>
  fc.array(
    text.map(value => ({ type, value })),
    { maxLength: 2 },
  )

const media = fc
  .record({
    type: fc.constantFrom('audio', 'video', 'image', 'text'),
    port: fc.integer({ min: 0, max: 65535 }),
    portCount: optional(fc.integer({ min: 1, max: 9 })),
    protocol: fc.constantFrom('RTP/AVP', 'RTP/SAVP', 'RTP/AVPF', 'UDP/TLS/RTP/SAVPF', 'udptl'),
    formats: fc.array(word, { maxLength: 5 }),
    connection: optional(connection),
    lines: linesOf('b'),
    attributes: fc.array(attribute, { maxLength: 6 }),
  })
  .map(written)
const session = fc
  .record({
    origin: fc
      .tuple(word, number, number, connection)
      .map(([username, sessionId, sessionVersion, c]) => ({ username, sessionId, sessionVersion, ...c })),
    name: text,
    connection: optional(connection),
    timing: fc.array(
      fc.tuple(number, number).map(pair => pair.join(' ')),
      { minLength: 1, maxLength: 2 },
    ),
    lines: linesOf('i'),
    attributes: fc.array(attribute, { maxLength: 4 }),
    media: fc.array(media, { maxLength: 4 }),
  })
  .map(written) as fc.Arbitrary<SdpSession>

const KEY = 'PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR'
/** Lines that steer random descriptions deep into offer and answer. */
const line = fc.constantFrom(
  ...[
    'm=audio 7000 RTP/AVP 0 8 9 101',
    'm=audio 7000 RTP/SAVP 0',
    'm=video 9 RTP/AVP 31',
    'm=audio 0 RTP/AVP 0',
  ],
  ...['c=IN IP4 0.0.0.0', 'c=IN IP6 ::', 'c=IN IP4 192.0.2.7', 'c=IN IP4 224.2.1.1/127', 'a=inactive'],
  ...['a=rtpmap:101 telephone-event/8000', 'a=rtpmap:111 opus/48000/2', 'a=rtpmap:0 x/1', 'a=fmtp:101 0-15'],
  ...[`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${KEY}`, 'a=crypto:', 'a=crypto:1 x inline:|', 'a=rtcp-mux'],
  ...[
    'a=rtcp:',
    'a=rtcp:9 IN IP4 192.0.2.9',
    'a=ptime:',
    'a=maxptime:99999',
    'a=sendonly',
    'x=y',
    'v=0',
    'o=',
  ],
  ...['i=', 'k=', 'a', '=', 'm=', 'm=audio', 's=', 't=1 2', 'a=:', 'b=AS:64', 'z=0'],
)
const soup = fc.array(fc.oneof({ weight: 9, arbitrary: line }, { weight: 1, arbitrary: text }), {
  maxLength: 25,
})
const description = soup.map(lines =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.5', 's=-', 'c=IN IP4 192.0.2.5', 't=0 0', ...lines].join('\r\n'),
)

const LOCAL: LocalAudio = {
  codecs: ['opus', 'G722', 'PCMA', 'PCMU'],
  address: '192.0.2.2',
  port: 40000,
  sessionId: '1',
  sessionVersion: 1,
  rtcpMux: true,
  comfortNoise: true,
  srtp: { policy: 'optional', keys: [{ suite: 'AES_CM_128_HMAC_SHA1_80', key: KEY }] },
}

describe('properties of session descriptions', () => {
  test('reading what was written gives the same description (RFC 8866)', () => {
    fc.assert(
      fc.property(session, original => {
        expect(parseSdp(encodeUtf8(serializeSdp(original)))).toEqual({ ok: true, session: original })
      }),
    )
  })

  test('whatever was accepted can be written and read again without change', () => {
    fc.assert(
      fc.property(description, text => {
        const first = parseSdp(text)
        if (!first.ok) return
        const again = parseSdp(serializeSdp(first.session))
        expect(again.ok && serializeSdp(again.session)).toBe(serializeSdp(first.session))
      }),
      { numRuns: 1000 },
    )
  })

  test('no description makes offer and answer throw, and every answer has the lines of its offer (RFC 3264 §6)', () => {
    fc.assert(
      fc.property(description, text => {
        const parsed = parseSdp(text)
        if (!parsed.ok) return
        const result = answerAudio(parsed.session, LOCAL)
        readAudioAnswer(parsed.session, LOCAL)
        const { media } = parsed.session
        const isNew = media.every(({ type }) => type !== 'audio')
        expect(offerAudio(LOCAL, parsed.session).media.length).toBe(media.length + (isNew ? 1 : 0))
        if (!result.ok) return
        expect(result.answer.media.map(({ type }) => type)).toEqual(
          parsed.session.media.map(({ type }) => type),
        )
        expect(parseSdp(serializeSdp(result.answer))).toEqual({ ok: true, session: result.answer })
      }),
      { numRuns: 1000 },
    )
  })

  test('no bytes make the parser throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
        parseSdp(bytes)
        parseSdp(new Uint8Array([...encodeUtf8('v=0\r\no=- 1 1 IN IP4 192.0.2.5\r\n'), ...bytes]))
      }),
      { numRuns: 1000 },
    )
  })
})
