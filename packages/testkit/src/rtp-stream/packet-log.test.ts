import { decodeG711 } from '@ringdown/media'
import { expect, it } from 'vitest'
import { heardAudio, type LoggedPacket } from './packet-log.ts'
import { encodeSpeech } from './stream-codec.ts'

/** The nth packet of 20 ms, filled with its number; it came when it should. */
function packet(n: number, changes: Partial<LoggedPacket> = {}): LoggedPacket {
  const payload = new Uint8Array(160).fill(n)
  return {
    at: 1000 + n * 20,
    ssrc: 1,
    sequence: n,
    timestamp: (2 ** 32 - 320 + n * 160) % 2 ** 32,
    payloadType: 0,
    marker: false,
    payload,
    ...changes,
  }
}

/** Which packet each 20 ms came from; 0 for silence. */
function order(packets: readonly LoggedPacket[], from?: number): number[] {
  const { samples } = heardAudio(packets, 'PCMU', from)
  const numbers = new Map(
    Array.from({ length: 40 }, (_, n) => [decodeG711('PCMU', Uint8Array.of(n))[0], n] as const),
  )
  return Array.from({ length: samples.length / 160 }, (_, i) => numbers.get(samples[i * 160]!) ?? 0)
}

it.each([
  ['in order, over the end of the timestamps', [1, 2, 3, 4], [1, 2, 3, 4]],
  ['out of order', [2, 1, 4, 3], [1, 2, 3, 4]],
  ['twice', [1, 2, 2, 3], [1, 2, 3]],
  ['with a gap, which is silence', [1, 2, 5], [1, 2, 0, 0, 5]],
])('puts packets together that came %s', (_, came, heard) => {
  expect(order(came.map(n => packet(n)))).toEqual(heard)
})

it('lays a new source where it arrived, whatever its timestamps say', () => {
  const music = packet(6, { ssrc: 2, timestamp: 77 })
  expect(order([packet(1), packet(2), music])).toEqual([1, 2, 0, 0, 0, 6])
})

it('begins a new time line where a source jumps', () => {
  const jumped = packet(4, { timestamp: 1_000_000 })
  expect(order([packet(1), packet(2), jumped])).toEqual([1, 2, 0, 4])
})

it('keeps the time line of a source whose packets were read late, all at once', () => {
  const packets = Array.from({ length: 30 }, (_, i) => packet(i + 1))
  const stalled = packets.map(one => ({ ...one, at: one.at > 1060 && one.at < 1400 ? 1400 : one.at }))
  expect(order(stalled)).toEqual(order(packets))
})

it('leaves out what came before the time asked for', () => {
  expect(order([packet(1), packet(2), packet(3)], 1040)).toEqual([2, 3])
  expect(heardAudio([packet(1)], 'PCMU', 9000)).toEqual({
    samples: new Int16Array(0),
    sampleRate: 8000,
    startedAt: 9000,
  })
})

it('hears G.722 as it was said, in whatever order its packets came', () => {
  const said = Int16Array.from({ length: 1600 }, (_, i) => 8000 * Math.sin((2 * Math.PI * i) / 16))
  const bytes = encodeSpeech('G722', said)
  const packets = [0, 2, 1, 3, 4, 6, 5, 7, 8, 9].map(n =>
    packet(n, { payloadType: 9, payload: bytes.subarray(n * 160, (n + 1) * 160) }),
  )
  const { samples } = heardAudio(packets, 'G722')
  expect(samples.length).toBe(1600)
  expect(rms(samples.subarray(320))).toBeCloseTo(rms(said), -2)
})

const rms = (samples: Int16Array) =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
