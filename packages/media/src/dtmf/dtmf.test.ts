import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TouchToneDecoder, type TouchToneSignal } from './decoder.ts'
import { isTouchTone, touchTonePackets } from './encoder.ts'
import { parseTelephoneEvent, serializeTelephoneEvent, TOUCH_TONES, type TouchTone } from './event.ts'

type Step = [timestamp: number, code: number, duration: number, isEnd: boolean, now: number]

function decode(steps: Step[]): TouchToneSignal[] {
  const decoder = new TouchToneDecoder(8000)
  return steps.flatMap(([timestamp, code, duration, isEnd, now]) =>
    decoder.process(
      { payload: serializeTelephoneEvent({ code, isEnd, volume: 10, duration }), timestamp },
      now,
    ),
  )
}

const pressed = (digit: TouchTone): TouchToneSignal => ({ type: 'pressed', digit })
const released = (digit: TouchTone, durationMs: number): TouchToneSignal => ({
  type: 'released',
  digit,
  durationMs,
})

describe('telephone-event decoder (RFC 4733)', () => {
  it.each<{ title: string; steps: Step[]; signals: TouchToneSignal[] }>([
    {
      title: 'start, update and three ends are one key press',
      steps: [
        [0, 5, 160, false, 0],
        [0, 5, 320, false, 20],
        [0, 5, 480, true, 40],
        [0, 5, 480, true, 60],
        [0, 5, 480, true, 80],
      ],
      signals: [pressed('5'), released('5', 60)],
    },
    {
      title: 'a press of which only one end packet arrives counts',
      steps: [[0, 10, 800, true, 0]],
      signals: [pressed('*'), released('*', 100)],
    },
    {
      title: 'the same digit with another timestamp is another press',
      steps: [
        [0, 1, 800, true, 0],
        [2000, 1, 800, true, 200],
      ],
      signals: [pressed('1'), released('1', 100), pressed('1'), released('1', 100)],
    },
    {
      title: 'a press without end is over when the next begins',
      steps: [
        [0, 1, 160, false, 0],
        [0, 1, 320, false, 20],
        [2000, 2, 160, false, 250],
      ],
      signals: [pressed('1'), released('1', 40), pressed('2')],
    },
    {
      title: 'packets of an older press that come late are ignored',
      steps: [
        [0, 1, 160, true, 0],
        [2000, 2, 160, false, 250],
        [0, 1, 160, true, 260],
      ],
      signals: [pressed('1'), released('1', 20), pressed('2')],
    },
    {
      title: 'an update that comes after the end changes nothing',
      steps: [
        [0, 1, 480, true, 0],
        [0, 1, 320, false, 1],
        [0, 1, 480, true, 2],
      ],
      signals: [pressed('1'), released('1', 60)],
    },
    {
      title: 'a long press in two segments is one press (§2.5.1.3)',
      steps: [
        [0, 11, 65535, false, 0],
        [65535, 11, 160, false, 20],
        [65535, 11, 320, true, 40],
      ],
      signals: [pressed('#'), released('#', (65535 + 320) / 8)],
    },
    {
      title: 'all ends but one lost, and nothing else arrived, is one key press (§2.5.1.4)',
      steps: [
        [0, 8, 160, false, 0],
        [0, 8, 800, true, 120],
      ],
      signals: [pressed('8'), released('8', 100)],
    },
    {
      title: 'a timestamp that moves on with every packet of a press is still one press',
      steps: [
        [0, 5, 160, false, 0],
        [160, 5, 320, false, 20],
        [320, 5, 480, false, 40],
        [480, 5, 640, true, 60],
        [640, 5, 640, true, 80],
        [800, 5, 640, true, 100],
      ],
      signals: [pressed('5'), released('5', 80)],
    },
    {
      title: 'quick presses of one key by the rule remain two, though only their ends arrive',
      steps: [
        [0, 5, 320, true, 40],
        [720, 5, 320, true, 130],
      ],
      signals: [pressed('5'), released('5', 40), pressed('5'), released('5', 40)],
    },
    {
      title: 'the timestamp of the press before, long after it ended, is another press',
      steps: [
        [0, 5, 160, false, 0],
        [0, 5, 800, true, 100],
        [0, 5, 160, false, 400],
        [0, 5, 800, true, 500],
      ],
      signals: [pressed('5'), released('5', 100), pressed('5'), released('5', 100)],
    },
    {
      title: 'an update that comes long after the ends were given up does not press again',
      steps: [
        [0, 5, 800, true, 0],
        [0, 5, 800, true, 300],
      ],
      signals: [pressed('5'), released('5', 100)],
    },
    {
      title: 'the timestamp wraps',
      steps: [
        [4294967290, 3, 160, true, 0],
        [1000, 4, 160, true, 200],
      ],
      signals: [pressed('3'), released('3', 20), pressed('4'), released('4', 20)],
    },
    {
      title: 'events that are no touch-tones are ignored',
      steps: [
        [0, 16, 160, true, 0],
        [9, 36, 1, true, 9],
      ],
      signals: [],
    },
  ])('$title', ({ steps, signals }) => {
    expect(decode(steps)).toEqual(signals)
  })

  it('a press whose ends are all lost is given up after 150 ms without a packet', () => {
    const decoder = new TouchToneDecoder(8000)
    const payload = serializeTelephoneEvent({ code: 7, isEnd: false, volume: 10, duration: 160 })
    decoder.process({ payload, timestamp: 0 }, 1000)
    expect(decoder.expire(1149)).toEqual([])
    expect(decoder.expire(1150)).toEqual([released('7', 20)])
    expect(decoder.expire(2000)).toEqual([])
    expect(decoder.stats()).toEqual({ digits: 1, endsLost: 1, ignored: 0 })
  })

  it('ignores payloads that are too short', () => {
    expect(new TouchToneDecoder(8000).process({ payload: new Uint8Array(3), timestamp: 0 }, 0)).toEqual([])
  })
})

describe('telephone-event encoder (RFC 4733)', () => {
  const options = { digit: '9', durationMs: 100, clockRate: 8000 } as const

  it('sends the marker first, an update every 20 ms, and the end three times', () => {
    const packets = touchTonePackets(options)
    expect(packets.map(packet => packet.afterMs)).toEqual([0, 20, 40, 60, 80, 100, 120])
    expect(packets.map(packet => packet.marker)).toEqual([true, false, false, false, false, false, false])
    expect(packets.map(packet => packet.ticks)).toEqual([0, 0, 0, 0, 0, 0, 800])
    const events = packets.map(packet => parseTelephoneEvent(packet.payload)!)
    expect(events.map(event => event.duration)).toEqual([160, 320, 480, 640, 800, 800, 800])
    expect(events.map(event => event.isEnd)).toEqual([false, false, false, false, true, true, true])
    expect(events.every(event => event.code === 9)).toBe(true)
  })

  it('refuses presses that are too short or too long', () => {
    expect(() => touchTonePackets({ ...options, durationMs: 10 })).toThrow(RangeError)
    expect(() => touchTonePackets({ ...options, durationMs: 9000 })).toThrow(RangeError)
    expect(() => touchTonePackets({ ...options, durationMs: 8000, clockRate: 48000 })).toThrow(RangeError)
  })

  it('is understood by the decoder, whatever is lost as long as one packet of a press arrives', () => {
    const digits = fc.array(fc.constantFrom(...(TOUCH_TONES.split('') as TouchTone[])), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(digits, fc.infiniteStream(fc.boolean()), (sent, isLost) => {
        const decoder = new TouchToneDecoder(8000)
        const signals = sent.flatMap((digit, i) => {
          const packets = touchTonePackets({ digit, durationMs: 80, clockRate: 8000 })
          return packets.flatMap((packet, n) =>
            n > 0 && isLost.next().value
              ? []
              : decoder.process({ payload: packet.payload, timestamp: i * 1600 }, i * 200 + packet.afterMs),
          )
        })
        expect(signals.flatMap(signal => (signal.type === 'pressed' ? [signal.digit] : []))).toEqual(sent)
      }),
    )
  })

  it('knows what a touch-tone is', () => {
    expect(['0', '#', 'D'].every(isTouchTone)).toBe(true)
    expect(['', 'd', 'E', '12', ' '].some(isTouchTone)).toBe(false)
  })
})
