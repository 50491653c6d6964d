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

const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** One frame a tick; frame `index` comes just before tick `at(index)`. What was heard with each tick. */
function speak(given: { frames: number; at: (index: number) => number }): (number | undefined)[] {
  const heard: (number | undefined)[] = []
  for (let tick = 1; tick <= given.frames; tick++) {
    for (let index = 1; index <= given.frames; index++) if (given.at(index) === tick) put(index)
    heard.push(queue.take()?.[0])
  }
  return heard
}

describe('a queue of codes for a paced peer', () => {
  it('gives every code as it came, 40 ms late, across the wrap of timestamps', () => {
    for (const index of [0x7f, 0x80, 0x81]) put(index)
    expect(take(5)).toEqual([0xff, 0xff, 0x7f, 0x80, 0x81])
  })

  it('puts reordered packets in order; what is lost is the frame before it again, once, then silence', () => {
    for (const index of [1, 3, 2, 5, 8]) put(index)
    expect(take(10)).toEqual([0xff, 0xff, 1, 2, 3, 3, 5, 5, 0xff, 8])
  })

  it('drops what comes twice, or as something else than audio', () => {
    put(1)
    put(1)
    put(2, { payloadType: 101 })
    expect(take(4)).toEqual([0xff, 0xff, 1, 1])
  })

  it('makes up 100 ms at most, then says nothing until the sender speaks again', () => {
    put(1)
    expect(take(10)).toEqual([0xff, 0xff, 1, 1, 0xff, 0xff, 0xff, 0xff, undefined, undefined])
    put(20)
    expect(take(3)).toEqual([0xff, 0xff, 20])
  })

  it('a stall delays nothing behind it: what comes too late is dropped', () => {
    const heard = speak({ frames: 30, at: index => (index < 10 || index > 16 ? index : 16) })
    expect(heard.slice(10)).toEqual([9, 9, 0xff, 0xff, 0xff, ...from(14, 28)])
  })

  it('frames that the stall did not make late are heard on time', () => {
    const heard = speak({ frames: 30, at: index => (index === 10 ? 11 : index) })
    expect(heard.slice(2)).toEqual(from(1, 28))
  })

  it('a sender who stood still and goes on later is followed, once', () => {
    const heard = speak({ frames: 60, at: index => (index < 10 ? index : index + 6) })
    const back = heard.indexOf(20)
    expect(heard.slice(back, back + 15)).toEqual(from(20, 34))
    expect(back).toBeLessThan(20 + 6 + 4)
  })

  it('after a stall of seconds it goes on with what is new', () => {
    const heard = speak({ frames: 120, at: index => (index < 10 || index > 90 ? index : 90) })
    expect(heard.slice(100, 110)).toEqual(from(heard[100] ?? 0, (heard[100] ?? 0) + 9))
    expect(heard[100]).toBeGreaterThan(95)
  })

  it('packets that are late now and then make it deeper, 200 ms at most', () => {
    const late = (index: number) => (index % 10 === 0 ? index + 4 : index)
    const heard = speak({ frames: 400, at: late })
    const settled = heard.slice(200)
    expect(from(210, 380).filter(index => !settled.includes(index & 0xff))).toEqual([])
    expect(400 - 256 - (heard.at(-1) ?? 0)).toBeLessThanOrEqual(10)
  })

  it('never holds more than 200 ms', () => {
    for (let index = 1; index <= 50; index++) put(index)
    const frames = take(50).filter(code => code !== undefined && code !== 0xff)
    expect(new Set(frames).size).toBeLessThanOrEqual(11)
    expect(frames.at(-1)).toBe(50)
  })

  it('gives up a depth that it does not need', () => {
    for (let index = 1; index <= 6; index++) put(index)
    for (let index = 7; index < 1000; index++) {
      put(index & 0xff)
      queue.take()
    }
    const left = take(20).filter(code => code !== undefined && code !== 0xff)
    expect(new Set(left).size).toBeLessThanOrEqual(4)
  })

  it('what is skipped is gone, and what follows is on time', () => {
    for (const index of [1, 2, 3, 4, 5]) put(index)
    take(2)
    queue.skip(2)
    expect(take(3)).toEqual([3, 4, 5])
  })

  it('converts to the law of its peer', () => {
    queue = new CodeQueue(format, 'PCMA')
    put(0xff)
    expect(take(3)).toEqual([0xd5, 0xd5, 0xd5])
  })
})
