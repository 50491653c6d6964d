import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isRtcp,
  parseRtp,
  payloadOf,
  type RtpHeader,
  rewriteHeader,
  serializeRtp,
  writeRtp,
} from './packet.ts'

const header: RtpHeader = {
  marker: true,
  payloadType: 8,
  sequence: 65535,
  timestamp: 4294967295,
  ssrc: 3735928559,
}
const payload = Uint8Array.of(1, 2, 3, 4)

const anyHeader = fc.record({
  marker: fc.boolean(),
  payloadType: fc.integer({ min: 0, max: 63 }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  timestamp: fc.integer({ min: 0, max: 0xffffffff }),
  ssrc: fc.integer({ min: 0, max: 0xffffffff }),
})

// Two contributing sources, an extension of one word, and two bytes of padding.
function decorated(): Uint8Array {
  const bytes = serializeRtp(
    header,
    Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0xbe, 0xde, 0, 1, 9, 9, 9, 9, 1, 2, 3, 4, 0, 2),
  )
  bytes[0] = 0x80 | 0x20 | 0x10 | 2
  return bytes
}

describe('RTP packets', () => {
  it('read back what was written', () => {
    fc.assert(
      fc.property(anyHeader, fc.uint8Array({ maxLength: 400 }), (written, body) => {
        const packet = parseRtp(serializeRtp(written, body))!
        expect(packet).toMatchObject(written)
        expect(payloadOf(packet)).toEqual(body)
      }),
    )
  })

  it('are views: the payload shares the memory of the datagram', () => {
    const bytes = serializeRtp(header, payload)
    expect(payloadOf(parseRtp(bytes)!).buffer).toBe(bytes.buffer)
  })

  it('are found behind contributing sources and extension, in front of padding', () => {
    expect(payloadOf(parseRtp(decorated())!)).toEqual(payload)
  })

  it.each<[string, Uint8Array]>([
    ['an empty datagram', new Uint8Array(0)],
    ['a header cut short', serializeRtp(header, payload).subarray(0, 11)],
    ['version 1', serializeRtp(header, payload).with(0, 0x40)],
    ['more contributing sources than bytes', serializeRtp(header, payload).with(0, 0x8f)],
    ['an extension flag without extension', serializeRtp(header, payload.subarray(0, 2)).with(0, 0x90)],
    [
      'an extension longer than the packet',
      serializeRtp(header, Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 0)).with(0, 0x90),
    ],
    ['padding of zero', serializeRtp(header, Uint8Array.of(1, 2, 0)).with(0, 0xa0)],
    ['padding longer than the payload', serializeRtp(header, Uint8Array.of(1, 2, 4)).with(0, 0xa0)],
    ['padding without a payload', serializeRtp(header, new Uint8Array(0)).with(0, 0xa0)],
    ['RTCP on the same port', Uint8Array.from([0x80, 200, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0])],
  ])('are refused: %s', (_, bytes) => {
    expect(parseRtp(bytes)).toBeUndefined()
  })

  it('never throw on garbage, and never reach outside of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        const packet = parseRtp(bytes)
        if (packet === undefined) return
        expect(packet.payloadLength).toBeGreaterThanOrEqual(0)
        expect(packet.payloadOffset + packet.payloadLength).toBeLessThanOrEqual(bytes.length)
      }),
    )
  })

  it('are told from RTCP by the second byte (RFC 5761 §4)', () => {
    expect(isRtcp(Uint8Array.of(0x80, 200))).toBe(true)
    expect(isRtcp(serializeRtp(header, payload))).toBe(false)
    expect(isRtcp(Uint8Array.of(0x80))).toBe(false)
  })

  it('get a new header, without sources, extension and padding, into another buffer or their own', () => {
    const rewritten = { marker: false, payloadType: 0, sequence: 1, timestamp: 2, ssrc: 3 }
    for (const bytes of [decorated(), serializeRtp(header, payload)]) {
      const packet = parseRtp(bytes)!
      const target = new Uint8Array(64)
      const length = rewriteHeader(packet, rewritten, target)
      expect(target.subarray(0, length)).toEqual(serializeRtp(rewritten, payload))
      const inPlace = rewriteHeader(packet, rewritten, bytes)
      expect(bytes.subarray(0, inPlace)).toEqual(serializeRtp(rewritten, payload))
    }
  })

  it('do not fit into a target that is too short', () => {
    expect(() => rewriteHeader(parseRtp(serializeRtp(header, payload))!, header, new Uint8Array(15))).toThrow(
      RangeError,
    )
    expect(() => writeRtp(header, payload, new Uint8Array(15))).toThrow(RangeError)
  })
})
