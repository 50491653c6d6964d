import { describe, expect, it } from 'vitest'
import { divideMediaPorts } from './media-ports.rules.ts'

describe('divideMediaPorts', () => {
  it.each([
    [{ from: 40_000, to: 40_999, workers: 1 }, [{ webrtc: 40_000, from: 40_002, to: 40_999 }]],
    [
      { from: 40_001, to: 40_020, workers: 2 },
      [
        { webrtc: 40_002, from: 40_004, to: 40_009 },
        { webrtc: 40_010, from: 40_012, to: 40_017 },
      ],
    ],
    [{ from: 40_000, to: 40_003, workers: 1 }, [{ webrtc: 40_000, from: 40_002, to: 40_003 }]],
  ])('%o: ranges are apart, inside and start even', (args, expected) => {
    expect(divideMediaPorts(args)).toEqual(expected)
  })

  it.each([
    { from: 40_001, to: 40_004, workers: 1 },
    { from: 40_000, to: 40_999, workers: 300 },
  ])('refuses %o: no room for a call', args => {
    expect(() => divideMediaPorts(args)).toThrow(RangeError)
  })
})
