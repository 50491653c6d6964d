import { linearLevel } from '@ringdown/media'
import { candidateOffsets, findPattern, type Match } from './align.ts'
import { correlate, fftSize } from './fft.ts'
import { activeSpeechLevel } from './level.ts'

export type SpeechComparisonInput = {
  /** What the far end sent. */
  sent: Int16Array
  /** What this end heard; may begin earlier and hold other things (a greeting, music) before. */
  heard: Int16Array
  /** Hz of both, a multiple of 100. */
  sampleRate: number
  /** Whether `sent` was played over and over, as a browser's fake microphone does. */
  loops?: boolean
  /** Length of a window, 500 ms unless told. */
  windowMs?: number
  /** How far a window may be from the global offset, 80 ms unless told. */
  alignMs?: number
}

/** One window of speech: where it was expected in `heard`, how well it fits, how far off it was. */
export type SpeechWindow = { readonly atMs: number; readonly correlation: number; readonly offMs: number }

export type SpeechComparison = {
  /** Where `sent` begins in `heard`; negative when its beginning was not heard. */
  readonly offsetMs: number
  /** Only windows in which the far end spoke. Look at their number: nothing compared proves nothing. */
  readonly windows: readonly SpeechWindow[]
  /** Of the windows' correlations, 0..1; 0 without windows. */
  readonly median: number
  /** Share of windows under 0.5, 0..1; 1 without windows. */
  readonly below: number
}

type Frame = Required<SpeechComparisonInput> & { window: number; slack: number; threshold: number }

// Pauses and breath are 15 dB and more under the speech around them.
const SPEECH_DB = 15
const CANDIDATES = 6
const PROBES = 8

/**
 * Compares what was sent with what was heard, window by window, by normalised cross-correlation (1: the same wave).
 * The offset between the two is found first and need not be known.
 */
export function compareSpeech(input: SpeechComparisonInput): SpeechComparison {
  const frame = prepare(input)
  const offset = globalOffset(frame)
  const windows = windowsAt(frame, offset).map(at => measure(frame, offset, at))
  const sorted = windows.map(window => window.correlation).sort((a, b) => a - b)
  const ms = (samples: number) => (samples * 1000) / frame.sampleRate
  return {
    offsetMs: ms(offset),
    windows: windows.map(window => ({ ...window, atMs: ms(window.atMs), offMs: ms(window.offMs) })),
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    below: sorted.length === 0 ? 1 : sorted.filter(correlation => correlation < 0.5).length / sorted.length,
  }
}

function prepare(input: SpeechComparisonInput): Frame {
  const { windowMs = 500, alignMs = 80, loops = false, sampleRate } = input
  return {
    ...input,
    windowMs,
    alignMs,
    loops,
    window: Math.round((sampleRate * windowMs) / 1000),
    slack: Math.round((sampleRate * alignMs) / 1000),
    threshold: activeSpeechLevel(input.sent, sampleRate) - SPEECH_DB,
  }
}

/** What `heard` should hold from `at` on, for one window. */
function expected({ sent, loops, window }: Frame, offset: number, at: number): Int16Array {
  const start = loops ? modulo(at - offset, sent.length) : at - offset
  const direct = sent.subarray(Math.max(0, start), Math.max(0, start + window))
  if (!loops || direct.length === window) return direct
  return Int16Array.from({ length: window }, (_, i) => sent[(start + i) % sent.length]!)
}

function windowsAt(frame: Frame, offset: number): number[] {
  const { sent, heard, loops, window } = frame
  const first = loops ? 0 : Math.max(0, offset)
  const end = loops ? heard.length : Math.min(heard.length, offset + sent.length)
  const starts: number[] = []
  for (let at = first; at + window <= end; at += window) {
    if (linearLevel(expected(frame, offset, at)) >= frame.threshold) starts.push(at)
  }
  return starts
}

/** Positions in samples; the door turns them into ms. */
function measure(frame: Frame, offset: number, at: number): SpeechWindow {
  const pattern = Float64Array.from(expected(frame, offset, at))
  const match: Match = findPattern(pattern, frame.heard, at - frame.slack, at + frame.slack)
  return { atMs: at, correlation: match.correlation, offMs: match.at - at }
}

// Envelopes propose, the waves decide: of the likeliest offsets, the one at which eight windows fit best.
function globalOffset(frame: Frame): number {
  let best = { score: -1, offset: 0 }
  // What goes round may have begun again in the middle of what was heard.
  const sent = frame.loops ? twice(frame.sent) : frame.sent
  for (const offset of candidateOffsets(sent, frame.heard, frame.sampleRate, CANDIDATES)) {
    const starts = windowsAt(frame, offset)
    const step = Math.max(1, Math.floor(starts.length / PROBES))
    const probes = starts.filter((_, i) => i % step === 0).map(at => measure(frame, offset, at))
    // The number of windows counts too: a chance fit at the rim has few.
    const score = probes.reduce((sum, probe) => sum + probe.correlation ** 2, 0)
    if (score > best.score) best = { score, offset: offset + centre(probes) }
  }
  return best.offset
}

function twice(samples: Int16Array): Int16Array {
  const both = new Int16Array(samples.length * 2)
  both.set(samples)
  both.set(samples, samples.length)
  return both
}

function centre(probes: readonly SpeechWindow[]): number {
  const offs = probes.filter(probe => probe.correlation > 0.5).map(probe => probe.offMs)
  return offs.sort((a, b) => a - b)[Math.floor(offs.length / 2)] ?? 0
}

function modulo(value: number, length: number): number {
  return ((value % length) + length) % length
}

export type EchoCheck = { readonly hears: boolean; readonly correlation: number; readonly offsetMs: number }

/**
 * Whether an end hears itself: looks for its own speech anywhere in what it heard, at any delay, also beneath the
 * other's voice. Unrelated speech stays under 0.05; an echo 15 dB under the other voice is at 0.15 or more.
 *
 * @param sampleRate Hz of both
 * @param threshold correlation from which it counts as heard, 0.1 unless told
 */
export function hearsItself(input: {
  ownSent: Int16Array
  heard: Int16Array
  sampleRate: number
  threshold?: number
}): EchoCheck {
  const [own, heard] = [emphasised(input.ownSent), emphasised(input.heard)]
  const size = fftSize(own.length + heard.length)
  const products = correlate(own, heard, size)
  const power = (signal: Float64Array) => signal.reduce((sum, sample) => sum + sample * sample, 0)
  const scale = Math.sqrt(power(own) * power(heard))
  let best = 0
  for (let lag = 1; lag < size; lag++) if (Math.abs(products[lag]!) > Math.abs(products[best]!)) best = lag
  const correlation = scale > 0 ? Math.abs(products[best]!) / scale : 0
  const lag = best > size / 2 ? best - size : best
  return {
    hears: correlation >= (input.threshold ?? 0.1),
    correlation,
    offsetMs: (lag * 1000) / input.sampleRate,
  }
}

// Speech falls by 6 dB per octave and more; without that slope, chance likeness between two voices all but vanishes.
function emphasised(samples: Int16Array): Float64Array {
  return Float64Array.from(samples, (sample, i) => sample - 0.95 * (samples[i - 1] ?? 0))
}
