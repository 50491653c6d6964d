import type { RtpPacket } from '@ringdown/media'
import { beforeEach, describe, expect, it } from 'vitest'
import { CodeQueue } from './code-queue.ts'

const format = { codec: 'PCMU', clockRate: 8000, payloadType: 0, telephoneEvent: 101 } as const

let queue: CodeQueue

beforeEach(() => {
  queue = new CodeQueue(format, 'PCMU')
})

/** Frame `index` of a stream: 160 times the same code. */
function put(index: number, options: { payloadType?: number; length?: number } = {}) {
  const { payloadType = 0, length = 160 } = options
  const packet: RtpPacket = {
    bytes: new Uint8Array(length).fill(index),
    marker: false,
    payloadType,
    sequence: index,
    timestamp: 0xffffff00 + index * 160,
    ssrc: 1,
    payloadOffset: 0,
    payloadLength: length,
  }
  queue.onPacket(packet)
}

const take = (frames: number) => Array.from({ length: frames }, () => queue.take()?.[0])

describe('a queue of codes for a paced peer', () => {
  it('gives every code as it came, 40 ms late, across the wrap of timestamps', () => {
    for (const index of [0x7f, 0x80, 0x81]) put(index)
    expect(take(6)).toEqual([0xff, 0xff, 0x7f, 0x80, 0x81, undefined])
  })

  it('puts reordered packets in order and fills what is lost with silence', () => {
    for (const index of [1, 3, 2, 5]) put(index)
    expect(take(7)).toEqual([0xff, 0xff, 1, 2, 3, 0xff, 5])
  })

  it('drops what comes too late, twice, or as something else than audio', () => {
    put(1)
    put(1)
    put(2, { payloadType: 101 })
    expect(take(4)).toEqual([0xff, 0xff, 1, undefined])
    put(0)
    expect(take(1)).toEqual([undefined])
  })

  it('waits again for a sender that paused', () => {
    put(1)
    take(10)
    put(20)
    expect(take(4)).toEqual([0xff, 0xff, 20, undefined])
  })

  it('never holds more than 200 ms', () => {
    for (let index = 1; index <= 50; index++) put(index)
    const frames = take(50).filter(code => code !== undefined && code !== 0xff)
    expect(frames.length).toBeLessThanOrEqual(11)
    expect(frames.at(-1)).toBe(50)
  })

  it('gives up a depth that it does not need', () => {
    for (let index = 1; index <= 6; index++) put(index)
    for (let index = 7; index < 1000; index++) {
      put(index)
      queue.take()
    }
    const left = take(20).filter(code => code !== undefined)
    expect(left.length).toBeLessThanOrEqual(4)
  })

  it('converts to the law of its peer', () => {
    queue = new CodeQueue(format, 'PCMA')
    put(0xff)
    expect(take(3)).toEqual([0xd5, 0xd5, 0xd5])
  })
})
