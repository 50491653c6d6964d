import type { Note } from './composition.ts'

const RATE = 8000
const PEAK = 32768 * 10 ** (-3 / 20)

type Instrument = {
  /** Strength of each harmonic. */
  harmonics: readonly number[]
  attackSeconds: number
  /** Time constant of the decay; higher harmonics fade faster. Infinity holds until the release. */
  decaySeconds: number
}

const instruments: Record<Note['instrument'], Instrument> = {
  pad: { harmonics: [1, 0.5, 0.22, 0.08], attackSeconds: 0.9, decaySeconds: Number.POSITIVE_INFINITY },
  bell: { harmonics: [1, 0.34, 0.1, 0.05], attackSeconds: 0.012, decaySeconds: 0.9 },
}

export type LoopOrder = {
  notes: readonly Note[]
  seconds: number
  /** RMS in dBov. */
  level: number
}

/** Renders notes into a ring: what rings on past the end sounds at the beginning, so the loop has no seam. */
export function renderLoop({ notes, seconds, level }: LoopOrder): Int16Array {
  const ring = new Float64Array(seconds * RATE)
  for (const note of notes) addNote(ring, note)
  const sound = withRoom(ring)
  const power = sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length
  const gain = (32768 * 10 ** (level / 20)) / Math.sqrt(power)
  return Int16Array.from(sound, sample => Math.round(PEAK * Math.tanh((sample * gain) / PEAK)))
}

function addNote(ring: Float64Array, note: Note): void {
  const { harmonics, attackSeconds, decaySeconds } = instruments[note.instrument]
  const frequency = 440 * 2 ** ((note.pitch - 69) / 12)
  const start = Math.round(note.at * RATE)
  const length = Math.round(note.length * RATE)
  for (let i = 0; i < length; i++) {
    const t = i / RATE
    const envelope = Math.min(1, t / attackSeconds) * Math.min(1, (note.length - t) / 0.5)
    let sample = 0
    for (let n = 1; n <= harmonics.length; n++) {
      if (frequency * n > 3400) break
      sample += harmonics[n - 1]! * Math.exp((-t * n) / decaySeconds) * voice(frequency * n, t)
    }
    ring[(start + i) % ring.length]! += note.strength * envelope * sample
  }
}

// Two oscillators half a hertz apart beat slowly: warmer than one.
function voice(frequency: number, t: number): number {
  return 0.5 * (Math.sin(2 * Math.PI * frequency * t) + Math.sin(2 * Math.PI * (frequency + 0.5) * t))
}

// M. R. Schroeder, "Natural Sounding Artificial Reverberation", 1962: comb filters side by side. The ring goes through
// twice and the second pass is kept, so that the reverberation of the end is there at the beginning.
function withRoom(dry: Float64Array): Float64Array {
  const combs = [239, 293, 347, 389].map(length => ({ line: new Float64Array(length), at: 0, damped: 0 }))
  const wet = new Float64Array(dry.length)
  for (let i = 0; i < dry.length * 2; i++) {
    let room = 0
    for (const comb of combs) {
      const out = comb.line[comb.at]!
      comb.damped = 0.6 * out + 0.4 * comb.damped
      comb.line[comb.at] = dry[i % dry.length]! + 0.78 * comb.damped
      comb.at = (comb.at + 1) % comb.line.length
      room += out
    }
    if (i >= dry.length) wet[i - dry.length] = dry[i - dry.length]! + 0.12 * room
  }
  return wet
}
