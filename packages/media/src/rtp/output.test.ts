import { expect, it } from 'vitest'
import { RtpOutput } from './output.ts'
import { parseRtp } from './packet.ts'

const target = new Uint8Array(200)

it('goes on with number and time where its clock changes, marked, in the ticks of the new one (RFC 7160)', () => {
  const output = new RtpOutput({ ssrc: 1, clockRate: 8000, sequence: 10, timestamp: 1000 })
  const send = (ticks: number, now: number) => {
    const length = output.send({ payload: new Uint8Array(10), payloadType: 0, ticks }, target, now)
    const { sequence, timestamp, marker } = parseRtp(target.subarray(0, length))!
    return { sequence, timestamp, marker }
  }
  expect(send(160, 0)).toEqual({ sequence: 10, timestamp: 1000, marker: true })
  expect(send(160, 20)).toEqual({ sequence: 11, timestamp: 1160, marker: false })
  output.changeClock(48_000)
  expect(output.timestampAt(40)).toBe(1320)
  expect(send(960, 40)).toEqual({ sequence: 12, timestamp: 1320, marker: true })
  expect(send(960, 60)).toEqual({ sequence: 13, timestamp: 2280, marker: false })
  expect(output.timestampAt(160)).toBe(2280 + 4800)
  output.changeClock(8000)
  expect(send(160, 180)).toEqual({ sequence: 14, timestamp: 3240 + 800, marker: true })
})

it('counts what a packetizer behind it made of its packets', () => {
  const output = new RtpOutput({ ssrc: 1, clockRate: 8000, sequence: 0, timestamp: 0 })
  for (const now of [0, 20, 40])
    output.send({ payload: new Uint8Array(160), payloadType: 0, ticks: 160 }, target, now)
  output.recount(-2)
  expect(output.stats()).toMatchObject({ packets: 1, octets: 480 })
})
