import { describe, expect, it } from 'vitest'
import { parseRtp, serializeRtp } from './packet.ts'
import { ReceptionStatistics } from './reception.ts'

function packet(sequence: number, timestamp = sequence * 160) {
  const header = {
    marker: false,
    payloadType: 0,
    sequence: sequence & 0xffff,
    timestamp: timestamp >>> 0,
    ssrc: 1,
  }
  return parseRtp(serializeRtp(header, new Uint8Array(160)))!
}

function receive(sequences: number[]) {
  const reception = new ReceptionStatistics(8000)
  const verdicts = sequences.map((sequence, i) => reception.observe(packet(sequence), i * 20))
  return { reception, verdicts, stats: reception.stats() }
}

describe('reception statistics (RFC 3550 A.1, A.3, A.8)', () => {
  it.each([
    { title: 'in order', sequences: [1, 2, 3], lost: 0, reordered: 0, duplicates: 0, packets: 3 },
    { title: 'a gap is lost', sequences: [1, 2, 5], lost: 2, reordered: 0, duplicates: 0, packets: 3 },
    {
      title: 'a late packet is not lost',
      sequences: [1, 3, 2, 4],
      lost: 0,
      reordered: 1,
      duplicates: 0,
      packets: 4,
    },
    {
      title: 'a copy is a duplicate',
      sequences: [1, 2, 2, 1, 3],
      lost: 0,
      reordered: 0,
      duplicates: 2,
      packets: 3,
    },
    {
      title: 'the number wraps',
      sequences: [65534, 65535, 0, 1],
      lost: 0,
      reordered: 0,
      duplicates: 0,
      packets: 4,
    },
    {
      title: 'older than the first',
      sequences: [10, 9, 11],
      lost: 0,
      reordered: 1,
      duplicates: 0,
      packets: 3,
    },
  ])('$title', ({ sequences, lost, reordered, duplicates, packets }) => {
    expect(receive(sequences).stats).toMatchObject({ lost, reordered, duplicates, packets })
  })

  it('a jump is believed with the second packet that follows it, and losses before it stay counted', () => {
    const { verdicts, stats } = receive([1, 3, 30000, 30001, 30002])
    expect(verdicts).toEqual(['restarted', 'next', 'probation', 'restarted', 'next'])
    expect(stats).toMatchObject({ packets: 4, lost: 1, highestSequence: 30002 })
  })

  it('a single stray number changes nothing', () => {
    expect(receive([1, 2, 40000, 3, 4]).verdicts).toEqual(['restarted', 'next', 'probation', 'next', 'next'])
  })

  it('counts cycles in the highest sequence number', () => {
    expect(receive([65535, 0]).stats.highestSequence).toBe(65536)
  })

  it('packets on time have no jitter, across a timestamp wrap too', () => {
    const reception = new ReceptionStatistics(8000)
    for (let i = 0; i < 10; i++) reception.observe(packet(i, 0xffffff00 + i * 160), 1e9 + i * 20)
    expect(reception.stats().jitterMs).toBe(0)
  })

  it('jitter moves by a sixteenth of each change of transit time', () => {
    const reception = new ReceptionStatistics(8000)
    reception.observe(packet(0), 0)
    reception.observe(packet(1), 30)
    expect(reception.stats().jitterMs).toBe(10 / 16)
    expect(reception.jitterTicks).toBe(5)
  })

  it('the fraction lost is that of the interval', () => {
    const reception = new ReceptionStatistics(8000)
    for (const sequence of [1, 2, 3, 6]) reception.observe(packet(sequence), sequence * 20)
    expect(reception.takeFractionLost()).toBe(Math.floor((2 * 256) / 6))
    for (const sequence of [7, 8]) reception.observe(packet(sequence), sequence * 20)
    expect(reception.takeFractionLost()).toBe(0)
    expect(reception.takeFractionLost()).toBe(0)
  })

  it('tells when the last packet came', () => {
    expect(new ReceptionStatistics(8000).stats().lastArrival).toBeUndefined()
    expect(receive([1, 2]).stats.lastArrival).toBe(20)
  })
})
