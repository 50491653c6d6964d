import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RtpForwarder } from './forwarder.ts'
import { RtpOutput } from './output.ts'
import { parseRtp, payloadOf, type RtpPacket, serializeRtp } from './packet.ts'
import { sequenceDistance, tickDistance } from './serial.ts'

const payloadTypes = new Map([
  [0, 96],
  [101, 110],
])

function bridge(sequence = 65530, timestamp = 4294967000) {
  const output = new RtpOutput({ ssrc: 777, clockRate: 8000, sequence, timestamp })
  return { output, forwarder: new RtpForwarder({ output, payloadTypes }) }
}

type Change = Partial<Pick<RtpPacket, 'ssrc' | 'sequence' | 'timestamp' | 'payloadType' | 'marker'>>

function incoming(change: Change = {}, payload = new Uint8Array(160)): RtpPacket {
  const header = { ssrc: 1, sequence: 100, timestamp: 5000, payloadType: 0, marker: false, ...change }
  return parseRtp(serializeRtp(header, payload))!
}

function forward(forwarder: RtpForwarder, packet: RtpPacket, now: number): RtpPacket | undefined {
  const target = new Uint8Array(400)
  const length = forwarder.forward(packet, target, now)
  return length === 0 ? undefined : parseRtp(target.slice(0, length))
}

function send(output: RtpOutput, ticks: number, now: number): RtpPacket {
  const target = new Uint8Array(400)
  const length = output.send({ payload: new Uint8Array(160), payloadType: 96, ticks }, target, now)
  return parseRtp(target.slice(0, length))!
}

function run(
  forwarder: RtpForwarder,
  count: number,
  first: { ssrc: number; sequence: number; timestamp: number; now: number },
) {
  return Array.from({ length: count }, (_, i) => {
    const change = {
      ssrc: first.ssrc,
      sequence: (first.sequence + i) & 0xffff,
      timestamp: first.timestamp + i * 160,
    }
    return forward(forwarder, incoming(change), first.now + i * 20)!
  })
}

describe('forwarding', () => {
  it('leaves all 256 payload bytes as they are', () => {
    const payload = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const forwarded = forward(bridge().forwarder, incoming({}, payload), 0)!
    expect(payloadOf(forwarded)).toEqual(payload)
  })

  it('leaves any payload as it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), payload => {
        expect(payloadOf(forward(bridge().forwarder, incoming({}, payload), 0)!)).toEqual(payload)
      }),
    )
  })

  it('leaves comfort noise out without a gap in the sequence, and never uses a number twice', () => {
    const { forwarder } = bridge(1000, 0)
    const at = (sequence: number, payloadType = 0) =>
      forward(forwarder, incoming({ sequence, timestamp: sequence * 160, payloadType }), sequence * 20)
    const heard = [at(100), at(102, 13), at(103), at(104, 13), at(105, 13), at(106), at(101), at(104)]
    expect(heard.map(packet => packet?.sequence)).toEqual([
      1000,
      ...[undefined, 1003, undefined, undefined, 1004, undefined, undefined],
    ])
    expect(tickDistance(heard[2]!.timestamp, heard[5]!.timestamp)).toBe(480)
  })

  it('begins with its own SSRC, sequence and timestamp, mapped payload type and the marker', () => {
    const packet = forward(bridge().forwarder, incoming(), 0)
    expect(packet).toMatchObject({
      ssrc: 777,
      sequence: 65530,
      timestamp: 4294967000,
      payloadType: 96,
      marker: true,
    })
  })

  it('drops payload types that were not negotiated', () => {
    const { forwarder } = bridge()
    expect(forward(forwarder, incoming({ payloadType: 13 }), 0)).toBeUndefined()
    expect(forwarder.stats()).toMatchObject({ dropped: 1, forwarded: 0 })
  })

  it('keeps losses and order visible, across the wraparound', () => {
    const { forwarder } = bridge()
    const order = [0, 1, 4, 3, 9, 10]
    const packets = order.map(
      n =>
        forward(
          forwarder,
          incoming({ sequence: (65534 + n) & 0xffff, timestamp: (4294967290 + n * 160) >>> 0 }),
          n * 20,
        )!,
    )
    expect(packets.map(packet => sequenceDistance(65530, packet.sequence))).toEqual(order)
    expect(packets.map(packet => tickDistance(4294967000, packet.timestamp) / 160)).toEqual(order)
    expect(packets.map(packet => packet.marker)).toEqual([true, false, false, false, false, false])
  })

  it('drops duplicates', () => {
    const { forwarder } = bridge()
    forward(forwarder, incoming(), 0)
    expect(forward(forwarder, incoming(), 1)).toBeUndefined()
    expect(forwarder.stats()).toMatchObject({ duplicates: 1, forwarded: 1 })
  })

  it('upon another SSRC, it goes on in sequence and by the wall clock, with a marker', () => {
    const { forwarder } = bridge()
    const before = run(forwarder, 3, { ssrc: 1, sequence: 100, timestamp: 5000, now: 0 }).at(-1)!
    const after = run(forwarder, 2, { ssrc: 2, sequence: 9000, timestamp: 123456, now: 540 })
    expect(sequenceDistance(before.sequence, after[0]!.sequence)).toBe(1)
    expect(tickDistance(before.timestamp, after[0]!.timestamp)).toBe(500 * 8)
    expect(after.map(packet => packet.marker)).toEqual([true, false])
    expect(tickDistance(after[0]!.timestamp, after[1]!.timestamp)).toBe(160)
    expect(forwarder.sourceSsrc).toBe(2)
    expect(forwarder.stats().switches).toBe(2)
  })

  it('a switch without a pause never sets the timestamp back', () => {
    const { forwarder } = bridge()
    const before = run(forwarder, 3, { ssrc: 1, sequence: 100, timestamp: 5000, now: 0 }).at(-1)!
    const after = run(forwarder, 1, { ssrc: 2, sequence: 9000, timestamp: 9, now: 41 })[0]!
    expect(tickDistance(before.timestamp, after.timestamp)).toBe(160)
  })

  it('drops stragglers of the source that was left, and takes it back later', () => {
    const { forwarder } = bridge()
    run(forwarder, 1, { ssrc: 1, sequence: 100, timestamp: 0, now: 0 })
    run(forwarder, 1, { ssrc: 2, sequence: 500, timestamp: 0, now: 20 })
    expect(forward(forwarder, incoming({ ssrc: 1, sequence: 101 }), 25)).toBeUndefined()
    expect(forward(forwarder, incoming({ ssrc: 1, sequence: 200 }), 1025)).toMatchObject({ marker: true })
  })

  it('drops packets from before the switch that come after it', () => {
    const { forwarder, output } = bridge()
    run(forwarder, 2, { ssrc: 1, sequence: 100, timestamp: 0, now: 0 })
    const local = send(output, 160, 40)
    const first = forward(forwarder, incoming({ sequence: 105, timestamp: 800 }), 100)!
    expect(sequenceDistance(local.sequence, first.sequence)).toBe(1)
    expect(first.marker).toBe(true)
    expect(forward(forwarder, incoming({ sequence: 104, timestamp: 640 }), 101)).toBeUndefined()
  })

  it('after switchSource, the same SSRC begins anew with a marker', () => {
    const { forwarder } = bridge()
    run(forwarder, 2, { ssrc: 1, sequence: 100, timestamp: 0, now: 0 })
    forwarder.switchSource()
    expect(run(forwarder, 1, { ssrc: 1, sequence: 102, timestamp: 320, now: 40 })[0]!.marker).toBe(true)
  })

  it('a sender that restarts its timestamps does not break the outgoing time line', () => {
    const { forwarder } = bridge()
    const before = run(forwarder, 3, { ssrc: 1, sequence: 100, timestamp: 1_000_000, now: 0 }).at(-1)!
    const after = run(forwarder, 2, { ssrc: 1, sequence: 103, timestamp: 7, now: 60 })
    expect(after.map(packet => tickDistance(before.timestamp, packet.timestamp))).toEqual([160, 320])
  })

  it('a call of an hour keeps the distance of every packet to the first', () => {
    const { forwarder } = bridge()
    for (let i = 0; i < 180_000; i++) {
      const change = { sequence: (100 + i) & 0xffff, timestamp: (5000 + i * 160) >>> 0 }
      const packet = forward(forwarder, incoming(change, new Uint8Array(1)), i * 20)
      if (packet?.sequence !== ((65530 + i) & 0xffff)) expect.fail(`packet ${i} was ${packet?.sequence}`)
    }
    expect(forwarder.stats()).toMatchObject({ lost: 0, dropped: 0, switches: 1 })
  })

  it('touch-tone packets share one timestamp on both sides', () => {
    const { forwarder } = bridge()
    const voice = forward(forwarder, incoming({ sequence: 1, timestamp: 0 }), 0)!
    const tones = [2, 3, 4].map(
      sequence =>
        forward(
          forwarder,
          incoming({ sequence, timestamp: 160, payloadType: 101 }, new Uint8Array(4)),
          sequence * 20,
        )!,
    )
    expect(tones.map(tone => tone.payloadType)).toEqual([110, 110, 110])
    expect(new Set(tones.map(tone => tickDistance(voice.timestamp, tone.timestamp)))).toEqual(new Set([160]))
  })

  it('any mix of sources, losses and local packets leaves sequence numbers unique and timestamps in order', () => {
    const step = fc.record({
      kind: fc.constantFrom('a', 'b', 'local', 'switch'),
      gap: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), steps => {
        const { forwarder, output } = bridge()
        const sequences = { a: 65000, b: 10 }
        let now = 0
        const sent: RtpPacket[] = []
        for (const { kind, gap } of steps) {
          now += gap * 20
          if (kind === 'switch') forwarder.switchSource()
          else if (kind === 'local') sent.push(send(output, 160, now))
          else {
            const source = kind as 'a' | 'b'
            sequences[source] = (sequences[source] + gap) & 0xffff
            const change = {
              ssrc: source === 'a' ? 1 : 2,
              sequence: sequences[source],
              timestamp: (now * 8) >>> 0,
            }
            const packet = forward(forwarder, incoming(change), now)
            if (packet !== undefined) sent.push(packet)
          }
        }
        for (let i = 1; i < sent.length; i++) {
          expect(sequenceDistance(sent[i - 1]!.sequence, sent[i]!.sequence)).toBeGreaterThan(0)
          expect(tickDistance(sent[i - 1]!.timestamp, sent[i]!.timestamp)).toBeGreaterThan(0)
        }
      }),
    )
  })
})

describe('the output stream', () => {
  it('local packets follow each other by their ticks, the first with a marker', () => {
    const { output } = bridge(5, 1000)
    const packets = [0, 21, 39].map(now => send(output, 160, now))
    expect(packets.map(packet => [packet.sequence, packet.timestamp, packet.marker])).toEqual([
      [5, 1000, true],
      [6, 1160, false],
      [7, 1320, false],
    ])
    expect(output.stats()).toEqual({ packets: 3, octets: 480, lastSent: 39 })
  })

  it('after a pause a talk spurt begins at the wall clock', () => {
    const { output } = bridge(5, 1000)
    send(output, 160, 0)
    expect(send(output, 160, 1000)).toMatchObject({ timestamp: 9000, marker: true, sequence: 6 })
  })

  it('packets of one touch-tone keep its timestamp however long it lasts', () => {
    const { output } = bridge(5, 1000)
    send(output, 160, 0)
    const tone = [20, 40, 500].map(now => send(output, 0, now))
    expect(tone.map(packet => packet.timestamp)).toEqual([1160, 1160, 1160])
    send(output, 4000, 520)
    expect(send(output, 160, 520).timestamp).toBe(5160)
  })

  it('tells the RTP time of any moment, for sender reports', () => {
    const { output } = bridge(5, 1000)
    expect(output.timestampAt(0)).toBeUndefined()
    send(output, 160, 100)
    expect(output.timestampAt(350)).toBe(3000)
  })
})
