import { describe, expect, it } from 'vitest'
import { parseRtp, payloadOf, serializeRtp } from './packet.ts'
import { Packetizer } from './packetizer.ts'

type Sent = { sequence: number; at?: number; payloadType?: number; marker?: boolean; length?: number }

/** 20 ms unless told, `at` in ticks; each byte is the low half of its own tick. */
function packet({ sequence, at = sequence * 160, payloadType = 0, marker = false, length = 160 }: Sent) {
  const payload = Uint8Array.from({ length }, (_, i) => (at + i) % 256)
  const timestamp = (2 ** 32 - 400 + at) % 2 ** 32
  return parseRtp(
    serializeRtp({ sequence: (65534 + sequence) % 65536, timestamp, payloadType, marker, ssrc: 7 }, payload),
  )!
}

/** What comes out: number, where it lies, how long it is and whether it is marked. */
function pass(packetizer: Packetizer, packets: readonly Sent[]): string[] {
  return packets.flatMap(sent =>
    packetizer.process(packet(sent)).map(bytes => {
      const { sequence, timestamp, payloadType, marker, ...made } = parseRtp(bytes)!
      const at = (timestamp + 400) % 2 ** 32
      const payload = payloadOf(parseRtp(bytes)!)
      if (payloadType === 0) expect([...payload]).toEqual(Array.from(payload, (_, i) => (at + i) % 256))
      return `${(sequence + 2) % 65536}: ${at}+${made.payloadLength}${marker ? ' marked' : ''}${payloadType === 0 ? '' : ` of ${payloadType}`}`
    }),
  )
}

const run = (count: number, change: Partial<Sent> = {}): Sent[] =>
  Array.from({ length: count }, (_, sequence) => ({ sequence, ...change }))

describe('packets of the length that the receiver asked for (a=ptime, RFC 8866 §6.4)', () => {
  it.each<{ title: string; ticks: number; packets: Sent[]; made: string[] }>([
    {
      title: 'of 60 ms are three of 20 ms, the marker of the first kept',
      ticks: 480,
      packets: [{ sequence: 0, marker: true }, ...run(6).slice(1)],
      made: ['0: 0+480 marked', '1: 480+480'],
    },
    {
      title: 'of 10 ms are halves',
      ticks: 80,
      packets: run(2),
      made: ['0: 0+80', '1: 80+80', '2: 160+80', '3: 240+80'],
    },
    {
      title: 'of 30 ms share the middle one of three',
      ticks: 240,
      packets: run(3),
      made: ['0: 0+240', '1: 240+240'],
    },
    {
      title: 'of 40 ms are cut from one of 60 ms and the next',
      ticks: 320,
      packets: [0, 1].map(sequence => ({ sequence, at: sequence * 480, length: 480 })),
      made: ['0: 0+320', '1: 320+320', '2: 640+320'],
    },
    {
      title: 'are short before what was lost, which stays missing in the numbers',
      ticks: 320,
      packets: [0, 1, 2, 4, 5].map(sequence => ({ sequence })),
      made: ['0: 0+320', '1: 320+160', '3: 640+320'],
    },
    {
      title: 'begin anew with a talk spurt, marked, and let nothing wait behind it',
      ticks: 320,
      packets: [...run(3), { sequence: 3, at: 900, marker: true }, { sequence: 4, at: 1060 }],
      made: ['0: 0+320', '1: 320+160', '2: 900+320 marked'],
    },
    {
      title: 'let one that was overtaken by what waits go first, and drop what is older than what went out',
      ticks: 320,
      packets: [0, 1, 3, 2, 4, 0].map(sequence => ({ sequence })),
      made: ['0: 0+320', '1: 320+160', '2: 480+320'],
    },
    {
      title: 'leave key presses as they are, at their place',
      ticks: 480,
      packets: [
        { sequence: 0 },
        { sequence: 1, at: 160, payloadType: 101, length: 4 },
        { sequence: 2, at: 160 },
        ...run(5)
          .slice(3)
          .map(p => ({ ...p, at: (p.sequence - 1) * 160 })),
      ],
      made: ['0: 0+160', '1: 160+4 of 101', '2: 160+480'],
    },
  ])('$title', ({ ticks, packets, made }) => {
    expect(pass(new Packetizer({ payloadType: 0, ticks }), packets)).toEqual(made)
  })

  it('pass as they come where no length was asked for, and go on in number after a change of it', () => {
    const packetizer = new Packetizer({ payloadType: 0, ticks: undefined })
    const before = pass(packetizer, run(2))
    packetizer.change({ payloadType: 0, ticks: 320 })
    const joined = pass(packetizer, run(5).slice(2))
    packetizer.change({ payloadType: 0, ticks: undefined })
    const after = pass(packetizer, [{ sequence: 5 }])
    expect([...before, ...joined, ...after]).toEqual([
      '0: 0+160',
      '1: 160+160',
      '2: 320+320',
      '3: 640+160',
      '4: 800+160',
    ])
    expect(packetizer.stats()).toEqual({ taken: 6, made: 5, late: 0 })
  })

  it('are never longer than 120 ms', () => {
    expect(() => new Packetizer({ payloadType: 0, ticks: 961 })).toThrow(RangeError)
  })
})
