import { parseRtp, type RtpPacket, serializeRtp } from '@ringdown/media'
import { beforeEach, describe, expect, it } from 'vitest'
import { Inlet } from './inlet.ts'

let inlet: Inlet
let digits: string[]
let heard: RtpPacket[]

beforeEach(() => {
  digits = []
  heard = []
  inlet = new Inlet({
    onCodec: () => {},
    formats: [{ codec: 'PCMU', clockRate: 8000, payloadType: 0, telephoneEvent: 101 }],
    onDigit: (digit, ms) => digits.push(`${digit} ${ms}`),
    ignoresUnheard: false,
  })
  inlet.listen({ onPacket: packet => heard.push(packet) })
})

type Sent = { sequence: number; timestamp?: number; payloadType?: number; ssrc?: number; marker?: boolean }

function receive(sent: Sent, payload = new Uint8Array(160).fill(0x80), now = sent.sequence * 20): void {
  const { sequence, timestamp = sequence * 160, payloadType = 0, ssrc = 1, marker = false } = sent
  inlet.receive(parseRtp(serializeRtp({ sequence, timestamp, payloadType, ssrc, marker }, payload))!, now)
}

/** A telephone-event (RFC 4733 §2.3). */
const key = (code: number, duration: number, isEnd = false) =>
  Uint8Array.of(code, (isEnd ? 0x80 : 0) | 10, duration >> 8, duration & 0xff)

describe('what comes from a telephone', () => {
  it('may be comfort noise in silence: no loss, no loudness, no touch-tone (RFC 3389)', () => {
    receive({ sequence: 1 })
    receive({ sequence: 2, payloadType: 13 }, Uint8Array.of(60))
    receive({ sequence: 3, payloadType: 19, timestamp: 800 }, Uint8Array.of(60))
    receive({ sequence: 4, timestamp: 4000 }, new Uint8Array(160).fill(0xff), 520)
    expect(inlet.stats(540)).toMatchObject({ packets: 4, lossPercent: 0 })
    expect(digits).toEqual([])
  })

  it('may come in any order, and once too often', () => {
    for (const sequence of [1, 3, 2, 5, 4, 4, 6]) receive({ sequence })
    expect(inlet.stats(200).lossPercent).toBe(0)
  })

  it('may begin again under another SSRC: nothing of the old stream counts as lost (RFC 3550 §8.2)', () => {
    for (const sequence of [1, 2, 3]) receive({ sequence })
    for (const sequence of [40_000, 40_001]) receive({ sequence, ssrc: 2, timestamp: 7 }, undefined, 100)
    expect(inlet.stats(200)).toMatchObject({ packets: 5, lossPercent: 0 })
    expect(inlet.source?.ssrc).toBe(2)
  })

  it('may change the length of its packets at any time', () => {
    const lengths = [80, 160, 480, 240]
    let timestamp = 0
    for (const [sequence, length] of lengths.entries()) {
      receive({ sequence, timestamp }, new Uint8Array(length))
      timestamp += length
    }
    expect(heard.map(packet => packet.payloadLength)).toEqual(lengths)
    expect(inlet.stats(200).lossPercent).toBe(0)
  })

  it('tells a key press without marker and with two of three ends lost (RFC 4733 §2.5.1)', () => {
    receive({ sequence: 1, payloadType: 101, timestamp: 0 }, key(5, 320))
    receive({ sequence: 4, payloadType: 101, timestamp: 0 }, key(5, 800, true))
    expect(digits).toEqual(['5 100'])
  })

  it('tells a key press whose ends are all lost once audio goes on', () => {
    receive({ sequence: 1, payloadType: 101, timestamp: 0 }, key(5, 320), 0)
    receive({ sequence: 9 }, undefined, 160)
    expect(digits).toEqual(['5 40'])
  })

  it('tells two presses of one key by their timestamps, and repeated ones apart from new ones', () => {
    for (const [sequence, timestamp] of [
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 2000],
      [5, 2000],
    ] as const) {
      receive({ sequence, payloadType: 101, timestamp }, key(1, 800, true))
    }
    expect(digits).toEqual(['1 100', '1 100'])
  })

  it('tells a key that is down while the stream begins again under another SSRC', () => {
    receive({ sequence: 1, payloadType: 101, timestamp: 0 }, key(7, 400), 0)
    receive({ sequence: 900, ssrc: 2 }, undefined, 20)
    expect(digits).toEqual(['7 50'])
  })
})

describe('a peer that may send several codecs', () => {
  const formats = [
    { codec: 'PCMU', clockRate: 8000, payloadType: 0, telephoneEvent: 101 },
    { codec: 'G722', clockRate: 8000, payloadType: 9, telephoneEvent: 101 },
    { codec: 'opus', clockRate: 48_000, payloadType: 111, telephoneEvent: 110 },
  ] as const
  let changes: string[]

  beforeEach(() => {
    changes = []
    inlet = new Inlet({
      formats,
      onDigit: (digit, ms) => digits.push(`${digit} ${ms}`),
      onCodec: () => changes.push(`${inlet.format.codec} before ${heard.length + 1}`),
      ignoresUnheard: false,
    })
    inlet.listen({ onPacket: packet => heard.push(packet) })
  })

  it('is followed from one packet to the next; what is told of it comes first', () => {
    for (const [at, payloadType] of [0, 9, 9, 111, 0].entries()) receive({ sequence: at, payloadType })
    expect(changes).toEqual(['G722 before 2', 'opus before 4', 'PCMU before 5'])
    expect(heard.map(packet => packet.payloadType)).toEqual([0, 9, 9, 111, 0])
  })

  it('is not followed back by a packet that comes late from before the change', () => {
    for (const [sequence, payloadType] of [
      [1, 0],
      [3, 9],
      [2, 0],
      [4, 9],
    ] as const)
      receive({ sequence, payloadType })
    expect([changes, heard.map(packet => packet.sequence)]).toEqual([['G722 before 2'], [1, 3, 4]])
  })

  it('may count anew where it changes', () => {
    receive({ sequence: 5000 })
    receive({ sequence: 10, payloadType: 9 })
    expect(inlet.format.codec).toBe('G722')
  })

  it('has lost what it had lost, whatever the clock is now', () => {
    receive({ sequence: 1 })
    receive({ sequence: 3 })
    for (const sequence of [4, 5]) receive({ sequence, payloadType: 111, timestamp: sequence * 960 })
    expect(inlet.stats(200)).toMatchObject({ packets: 4, lossPercent: 20 })
  })

  it('presses keys in the clock of what it speaks', () => {
    receive({ sequence: 1, payloadType: 111 })
    receive({ sequence: 2, payloadType: 110, timestamp: 960 }, key(5, 4800, true))
    expect(digits).toEqual(['5 100'])
  })

  it('goes on with what it speaks where a new description still names that, and with the first where not', () => {
    receive({ sequence: 1, payloadType: 9 })
    inlet.agree([formats[0], { ...formats[1], payloadType: 96 }])
    expect(inlet.format).toMatchObject({ codec: 'G722', payloadType: 96 })
    inlet.agree([formats[2]])
    expect(inlet.format.codec).toBe('opus')
  })
})
