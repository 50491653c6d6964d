import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeG711, encodeG711 } from '@ringdown/media'
import { describe, expect, it } from 'vitest'
import { compareSpeech, hearsItself } from './compare-speech.ts'
import { readWav } from './wav.ts'

const RATE = 8000
const speech = (name: string) =>
  readWav(readFileSync(join(import.meta.dirname, '../../speech', `${name}.wav`))).samples
const [caller, operator] = [speech('caller'), speech('operator')]

/** A small generator of even noise, the same in every run. */
function noise(length: number, peak: number): Int16Array {
  let seed = 1
  return Int16Array.from({ length }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return Math.round((seed / 2 ** 31 - 1) * peak)
  })
}

const add = (a: Int16Array, b: Int16Array, gain = 1) => a.map((sample, i) => sample + gain * (b[i] ?? 0))
const silence = (ms: number) => new Int16Array((ms * RATE) / 1000)
const joined = (...parts: Int16Array[]) => Int16Array.from(parts.flatMap(part => Array.from(part)))
const delayed = (samples: Int16Array, ms: number) => joined(silence(ms), samples)

/** Plays at another clock: 1.0002 is 200 ppm too fast. */
function drifted(samples: Int16Array, speed: number): Int16Array {
  return Int16Array.from({ length: Math.floor(samples.length / speed) - 1 }, (_, i) => {
    const [whole, part] = [Math.floor(i * speed), (i * speed) % 1]
    return Math.round(samples[whole]! * (1 - part) + samples[whole + 1]! * part)
  })
}

/** Loses every nth packet of 20 ms. */
const lossy = (samples: Int16Array, every: number) =>
  samples.map((sample, i) => (Math.floor(i / 160) % every === every - 1 ? 0 : sample))

const compare = (sent: Int16Array, heard: Int16Array, loops = false) =>
  compareSpeech({ sent, heard, sampleRate: RATE, loops })

describe('comparing what was sent with what was heard', () => {
  it.each([
    ['the same samples', caller],
    ['mu-law in between', decodeG711('PCMU', encodeG711('PCMU', caller))],
    ['A-law in between', decodeG711('PCMA', encodeG711('PCMA', caller))],
    ['half the level', caller.map(sample => sample / 2)],
    ['3.21 s of music and greeting before', add(delayed(caller, 3210), operator.slice(0, 3 * RATE))],
    ['noise 20 dB below', add(caller, noise(caller.length, 600))],
    ['a clock 200 ppm fast', drifted(caller, 1.0002)],
    ['the first 6 s missing', caller.slice(6 * RATE)],
    ['the last 6 s missing', caller.slice(0, -6 * RATE)],
    ['one packet of fifty lost', lossy(caller, 50)],
  ])('finds them alike: %s', (_, heard) => {
    const result = compare(caller, heard)
    expect(result.windows.length).toBeGreaterThan(35)
    expect(result.median).toBeGreaterThan(0.9)
    expect(result.below).toBeLessThanOrEqual(0.02)
  })

  it.each([0, 37, 1250, 9990])('finds a delay of %d ms', ms => {
    expect(Math.abs(compare(caller, delayed(caller, ms)).offsetMs - ms)).toBeLessThan(1)
  })

  it('follows a source that loops, wherever in the loop hearing began', () => {
    const heard = joined(operator, operator).slice(17 * RATE, 45 * RATE)
    const result = compare(operator, heard, true)
    expect(result.windows.length).toBeGreaterThan(40)
    expect([result.median > 0.99, result.below]).toEqual([true, 0])
  })

  it('follows it over the seam, when little was heard before and after', () => {
    const heard = joined(operator, operator).slice(operator.length - 4 * RATE, operator.length + 4 * RATE)
    const result = compare(operator, heard, true)
    expect(result.windows.length).toBeGreaterThan(10)
    expect([result.median > 0.99, result.below]).toEqual([true, 0])
  })

  it.each([
    ['the other voice', operator],
    ['silence', new Int16Array(caller.length)],
    ['noise', noise(caller.length, 8000)],
    ['speech backwards', caller.slice().reverse()],
  ])('does not take it for the same: %s', (_, heard) => {
    const result = compare(caller, heard)
    expect(result.median).toBeLessThan(0.5)
    expect(result.below).toBeGreaterThan(0.5)
  })

  it('says how much was missing when a third was lost in the middle', () => {
    const heard = caller.map((sample, i) => (i > 10 * RATE && i < 19 * RATE ? 0 : sample))
    const { below, median } = compare(caller, heard)
    expect(median).toBeGreaterThan(0.99)
    expect(below).toBeGreaterThan(0.2)
    expect(below).toBeLessThan(0.45)
  })

  it('leaves out windows in which nobody spoke', () => {
    const withPause = joined(caller, silence(10_000), caller.slice(0, 5 * RATE))
    const result = compare(withPause, withPause)
    const inPause = result.windows.filter(
      w => w.atMs > caller.length / 8 + 500 && w.atMs < caller.length / 8 + 9000,
    )
    expect(inPause).toEqual([])
  })

  it('says that nothing was compared when nothing was heard', () => {
    expect(compare(caller, new Int16Array(0))).toMatchObject({ windows: [], median: 0, below: 1 })
  })
})

describe('an end that hears itself', () => {
  const check = (heard: Int16Array) => hearsItself({ ownSent: caller, heard, sampleRate: RATE })

  it('does not when it hears only the other', () => {
    expect(check(operator).hears).toBe(false)
    expect(check(operator).correlation).toBeLessThan(0.05)
  })

  it.each([
    ['nothing but itself', delayed(caller, 180)],
    ['itself as loud as the other', add(operator, delayed(caller, 180))],
    ['itself 12 dB under the other', add(operator, delayed(caller, 180), 0.25)],
    ['itself upside down', add(operator, delayed(caller, 180), -1)],
  ])('does when it hears %s', (_, heard) => {
    const { hears, offsetMs } = check(heard)
    expect([hears, Math.round(offsetMs)]).toEqual([true, 180])
  })
})
