import { describe, expect, it } from 'vitest'
import { RtpOutput } from '../rtp/output.ts'
import { parseRtp, serializeRtp } from '../rtp/packet.ts'
import { ReceptionStatistics } from '../rtp/reception.ts'
import { parseRtcp } from './parse.ts'
import { compactNtp, ntpTime, RtcpSession } from './session.ts'

const EPOCH = 1_700_000_000_000

function createTestParty(ssrc: number) {
  const output = new RtpOutput({ ssrc, clockRate: 8000, sequence: 1, timestamp: 1000 })
  const session = new RtcpSession({ output, cname: `party-${ssrc}` })
  const target = new Uint8Array(200)
  const talk = (now: number) =>
    target.slice(0, output.send({ payload: new Uint8Array(160), payloadType: 0, ticks: 160 }, target, now))
  return { output, session, talk }
}

const at = (now: number) => ({ now, unixMs: EPOCH + now })

describe('RTCP session', () => {
  it('NTP counts from 1900, in fractions of 2^-32 s', () => {
    expect(ntpTime(500)).toEqual({ seconds: 2_208_988_800, fraction: 2 ** 31 })
    expect(compactNtp(500)).toBe((((2_208_988_800 & 0xffff) << 16) | 0x8000) >>> 0)
  })

  it('sends receiver reports until it has sent audio, then sender reports with its counts and clock', () => {
    const { session, talk } = createTestParty(7)
    expect(parseRtcp(session.report(undefined, at(0)))).toEqual([
      { type: 'RR', ssrc: 7, reports: [] },
      { type: 'SDES', chunks: [{ ssrc: 7, cname: 'party-7' }] },
    ])
    talk(100)
    talk(120)
    const [report] = parseRtcp(session.report(undefined, at(350)))!
    expect(report).toMatchObject({
      type: 'SR',
      ssrc: 7,
      packets: 2,
      octets: 320,
      rtpTimestamp: 1000 + 250 * 8,
    })
  })

  it("measures the round trip from the peer's report: 30 ms there, 2 s in hand, 30 ms back", () => {
    const a = createTestParty(1)
    const b = createTestParty(2)
    const reception = new ReceptionStatistics(8000)
    reception.observe(parseRtp(a.talk(0))!, 30)
    b.session.receive(a.session.report(undefined, at(1000)), at(1030))
    a.session.receive(b.session.report({ ssrc: 1, reception }, at(3030)), at(3060))
    expect(a.session.stats().roundTripMs).toBeCloseTo(60, 0)
    expect(a.session.stats().remote).toMatchObject({ ssrc: 1, cumulativeLost: 0, highestSequence: 1 })
  })

  it('reports losses since the last report, and in all', () => {
    const { session } = createTestParty(1)
    const reception = new ReceptionStatistics(8000)
    const observe = (sequence: number) => {
      const header = { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 9 }
      reception.observe(parseRtp(serializeRtp(header, new Uint8Array(160)))!, sequence * 20)
    }
    const report = () => {
      const [packet] = parseRtcp(session.report({ ssrc: 9, reception }, at(5000)))!
      return packet?.type === 'RR' ? packet.reports[0] : expect.fail('no report')
    }
    for (const sequence of [1, 2, 4]) observe(sequence)
    expect(report()).toMatchObject({
      ssrc: 9,
      fractionLost: 64,
      cumulativeLost: 1,
      highestSequence: 4,
      lastReport: 0,
    })
    observe(5)
    expect(report()).toMatchObject({ fractionLost: 0, cumulativeLost: 1, highestSequence: 5 })
  })

  it('ignores reports about others, and a clock that went back', () => {
    const a = createTestParty(1)
    const b = createTestParty(2)
    a.talk(0)
    b.session.receive(a.session.report(undefined, at(1000)), at(1000))
    const other = b.session.report({ ssrc: 3, reception: new ReceptionStatistics(8000) }, at(2000))
    a.session.receive(other, at(2000))
    expect(a.session.stats()).toMatchObject({ remote: undefined, roundTripMs: undefined })
    const ours = b.session.report({ ssrc: 1, reception: new ReceptionStatistics(8000) }, at(2000))
    a.session.receive(ours, { now: 2000, unixMs: EPOCH - 60_000 })
    expect(a.session.stats().roundTripMs).toBeUndefined()
  })

  it('says goodbye, and hears it', () => {
    const a = createTestParty(1)
    const b = createTestParty(2)
    expect(b.session.stats().hasLeft).toBe(false)
    b.session.receive(a.session.goodbye(), at(10))
    expect(b.session.stats()).toMatchObject({ hasLeft: true, received: 1, lastArrival: 10 })
  })

  it('counts what is not RTCP', () => {
    const { session } = createTestParty(1)
    expect(session.receive(Uint8Array.of(1, 2, 3), at(0))).toBeUndefined()
    expect(session.stats()).toMatchObject({ malformed: 1, received: 0 })
  })
})
