import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rtcpIntervalMs } from './interval.ts'
import { parseRtcp } from './parse.ts'
import { serializeRtcp, type WritableRtcp } from './serialize.ts'

const uint32 = fc.integer({ min: 0, max: 0xffffffff })
const block = fc.record({
  ssrc: uint32,
  fractionLost: fc.integer({ min: 0, max: 255 }),
  cumulativeLost: fc.integer({ min: -0x800000, max: 0x7fffff }),
  highestSequence: uint32,
  jitter: uint32,
  lastReport: uint32,
  delaySinceLastReport: uint32,
})
const reports = fc.array(block, { maxLength: 31 })
const anyPacket: fc.Arbitrary<WritableRtcp> = fc.oneof(
  fc.record({
    type: fc.constant('SR' as const),
    ssrc: uint32,
    ntpSeconds: uint32,
    ntpFraction: uint32,
    rtpTimestamp: uint32,
    packets: uint32,
    octets: uint32,
    reports,
  }),
  fc.record({ type: fc.constant('RR' as const), ssrc: uint32, reports }),
  fc.record({
    type: fc.constant('SDES' as const),
    chunks: fc.array(
      fc.record({
        ssrc: uint32,
        cname: fc.option(fc.string({ unit: 'grapheme', maxLength: 20 }), { nil: undefined }),
      }),
      { maxLength: 5 },
    ),
  }),
  fc.record({ type: fc.constant('BYE' as const), ssrcs: fc.array(uint32, { maxLength: 31 }) }),
)

const receiverReport = serializeRtcp([{ type: 'RR', ssrc: 1, reports: [] }])

describe('RTCP packets (RFC 3550 §6)', () => {
  it('read back what was written, compound', () => {
    fc.assert(
      fc.property(fc.array(anyPacket, { minLength: 1, maxLength: 4 }), packets => {
        expect(parseRtcp(serializeRtcp(packets))).toEqual(packets)
      }),
    )
  })

  it('have the layout of §6.4.2 and §6.5', () => {
    const bytes = serializeRtcp([
      { type: 'RR', ssrc: 0x01020304, reports: [] },
      { type: 'SDES', chunks: [{ ssrc: 5, cname: 'ab' }] },
    ])
    expect([...bytes]).toEqual([
      0x80, 201, 0, 1, 1, 2, 3, 4, 0x81, 202, 0, 3, 0, 0, 0, 5, 1, 2, 97, 98, 0, 0, 0, 0,
    ])
  })

  it('may be padded at the end', () => {
    const padded = Uint8Array.from([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4])
    expect(parseRtcp(padded)).toEqual([{ type: 'RR', ssrc: 1, reports: [] }])
  })

  it('of other kinds are named and passed over', () => {
    const feedback = Uint8Array.from([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2])
    expect(parseRtcp(Uint8Array.from([...receiverReport, ...feedback]))).toEqual([
      { type: 'RR', ssrc: 1, reports: [] },
      { type: 'other', packetType: 206 },
    ])
  })

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['a wrong version', receiverReport.with(0, 0x40)],
    ['a length beyond the datagram', receiverReport.with(3, 9)],
    ['RTP', receiverReport.with(1, 0)],
    ['more report blocks than bytes', receiverReport.with(0, 0x81)],
    ['a sender report that is too short', receiverReport.with(1, 200)],
    ['a padding of zero', receiverReport.with(0, 0xa0).with(7, 0)],
    ['a padding longer than the packet', receiverReport.with(0, 0xa0).with(7, 8)],
    ['a name that overruns its packet', Uint8Array.from([0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, 97, 98])],
    ['a goodbye with too few sources', Uint8Array.from([0x82, 203, 0, 1, 0, 0, 0, 1])],
    ['bytes behind the last packet', Uint8Array.from([...receiverReport, 0x80])],
  ])('are refused: %s', (_, bytes) => {
    expect(parseRtcp(bytes)).toBeUndefined()
  })

  it('never throw on garbage', () => {
    const garbage = fc.uint8Array({ minLength: 1, maxLength: 120 })
    fc.assert(
      fc.property(garbage, fc.integer({ min: 200, max: 207 }), (bytes, type) => {
        parseRtcp(bytes)
        const words = Math.max(0, Math.floor(bytes.length / 4) - 1)
        const framed = Uint8Array.from([
          0x80 | (bytes[0]! & 0x1f),
          type,
          0,
          words,
          ...bytes.subarray(4, (words + 1) * 4),
        ])
        parseRtcp(framed)
      }),
      { numRuns: 2000 },
    )
  })

  it('are not written with more than 31 blocks or a name above 255 bytes', () => {
    expect(() => serializeRtcp([{ type: 'BYE', ssrcs: Array(32).fill(1) }])).toThrow(RangeError)
    expect(() => serializeRtcp([{ type: 'SDES', chunks: [{ ssrc: 1, cname: 'x'.repeat(256) }] }])).toThrow(
      RangeError,
    )
  })
})

describe('RTCP interval (RFC 3550 §6.3.1, A.7)', () => {
  const two = { members: 2, senders: 2, weSent: true, bandwidth: 400, averageSize: 100, isInitial: false }

  it('is 0.5 to 1.5 times 5 s, over e - 1.5, for a call of two', () => {
    expect(rtcpIntervalMs({ ...two, random: 0 })).toBeCloseTo(2500 / 1.21828, 0)
    expect(rtcpIntervalMs({ ...two, random: 0.9999 })).toBeCloseTo(7500 / 1.21828, -1)
  })

  it('is half as long before the first report', () => {
    const initial = rtcpIntervalMs({ ...two, isInitial: true, random: 0.5 })
    expect(initial).toBeCloseTo(rtcpIntervalMs({ ...two, random: 0.5 }) / 2)
  })

  it('grows with the members, of whom senders share a quarter of the bandwidth', () => {
    const many = { ...two, members: 100, senders: 10, random: 0.5 }
    expect(rtcpIntervalMs({ ...many, weSent: true })).toBeCloseTo((10 * 100 * 1000) / 100 / 1.21828, -1)
    expect(rtcpIntervalMs({ ...many, weSent: false })).toBeCloseTo((90 * 100 * 1000) / 300 / 1.21828, -1)
  })
})
