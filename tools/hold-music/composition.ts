/** One note: when and how long (seconds), which (MIDI number), how strong (0..1), on which of the two instruments. */
export type Note = { at: number; length: number; pitch: number; strength: number; instrument: 'pad' | 'bell' }

type Bar = { chord: readonly number[]; melody: readonly (readonly [beat: number, pitch: number])[] }

const BAR_SECONDS = 4

// G major, sixteen bars of four slow beats. Chords sit between C4 and D5, the melody above: the telephone carries
// nothing under 300 Hz, so there is no bass to lose.
const G = [62, 67, 71]
const Em = [64, 67, 71]
const C = [60, 64, 67, 71]
const D = [62, 66, 69]
const Am = [60, 64, 69]
const Bm = [62, 66, 71]

const bars: readonly Bar[] = [
  {
    chord: G,
    melody: [
      [0, 79],
      [1.5, 74],
      [3, 76],
    ],
  },
  {
    chord: Em,
    melody: [
      [0, 74],
      [2, 71],
    ],
  },
  {
    chord: C,
    melody: [
      [0, 76],
      [1.5, 79],
      [3, 76],
    ],
  },
  { chord: D, melody: [[0, 74]] },
  {
    chord: G,
    melody: [
      [0, 79],
      [1.5, 81],
      [3, 83],
    ],
  },
  {
    chord: Bm,
    melody: [
      [0, 81],
      [2, 78],
    ],
  },
  {
    chord: C,
    melody: [
      [0, 79],
      [1.5, 76],
      [3, 74],
    ],
  },
  {
    chord: D,
    melody: [
      [0, 78],
      [2, 74],
    ],
  },
  {
    chord: Am,
    melody: [
      [0, 76],
      [1, 79],
      [2, 81],
    ],
  },
  {
    chord: Em,
    melody: [
      [0, 83],
      [2, 79],
    ],
  },
  {
    chord: C,
    melody: [
      [0, 79],
      [1, 78],
      [2, 76],
    ],
  },
  { chord: G, melody: [[0, 74]] },
  {
    chord: Am,
    melody: [
      [0, 76],
      [1.5, 74],
      [3, 72],
    ],
  },
  {
    chord: C,
    melody: [
      [0, 76],
      [2, 79],
    ],
  },
  {
    chord: D,
    melody: [
      [0, 81],
      [1.5, 79],
      [3, 78],
    ],
  },
  { chord: G, melody: [[0, 79]] },
]

function pad(bar: Bar, at: number): Note[] {
  return bar.chord.map(pitch => ({ at, length: BAR_SECONDS + 0.6, pitch, strength: 0.32, instrument: 'pad' }))
}

// Broken chords in quavers, quieter off the beat, each note left ringing.
function accompaniment(bar: Bar, at: number): Note[] {
  return Array.from({ length: 8 }, (_, quaver) => ({
    at: at + quaver * 0.5,
    length: 2.2,
    pitch:
      bar.chord[[0, 1, 2, 1][quaver % 4]! % bar.chord.length]! + (quaver >= 4 && quaver % 4 === 2 ? 12 : 0),
    strength: quaver % 4 === 0 ? 0.34 : 0.24,
    instrument: 'bell',
  }))
}

function melody(bar: Bar, at: number): Note[] {
  return bar.melody.map(([beat, pitch]) => ({
    at: at + beat,
    length: 3.5,
    pitch,
    strength: 0.62,
    instrument: 'bell',
  }))
}

export const composition: { notes: readonly Note[]; seconds: number } = {
  notes: bars.flatMap((bar, index) => {
    const at = index * BAR_SECONDS
    return [...pad(bar, at), ...accompaniment(bar, at), ...melody(bar, at)]
  }),
  seconds: bars.length * BAR_SECONDS,
}
