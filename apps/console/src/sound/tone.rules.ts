/** Sounds of the console, computed sample by sample: nothing to load, nothing to license. */

type Note = { startSeconds: number; lengthSeconds: number; hertz: number; gain: number }

/** Two rising pairs of soft bells, then silence: wakes without frightening. */
const ring: readonly Note[] = [0, 0.72].flatMap(start => [
  { startSeconds: start, lengthSeconds: 0.9, hertz: 587.33, gain: 0.3 },
  { startSeconds: start + 0.16, lengthSeconds: 1.0, hertz: 880, gain: 0.26 },
])

const ringSeconds = 3.4

const test: readonly Note[] = [523.25, 659.25, 783.99].map((hertz, index) => ({
  startSeconds: index * 0.22,
  lengthSeconds: 0.7,
  hertz,
  gain: 0.3,
}))

/** One period of the ring tone, to be looped: samples in -1..1 at `sampleRate` Hz. */
export function ringTone(sampleRate: number): Float32Array<ArrayBuffer> {
  return render({ notes: ring, seconds: ringSeconds, sampleRate })
}

/** Three notes that tell an operator where their sound comes out. */
export function testTone(sampleRate: number): Float32Array<ArrayBuffer> {
  return render({ notes: test, seconds: 1.2, sampleRate })
}

function render(args: {
  notes: readonly Note[]
  seconds: number
  sampleRate: number
}): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(args.seconds * args.sampleRate))
  for (const note of args.notes) {
    const start = Math.round(note.startSeconds * args.sampleRate)
    const length = Math.round(note.lengthSeconds * args.sampleRate)
    for (let index = 0; index < length && start + index < samples.length; index += 1) {
      samples[start + index]! += note.gain * bell(index / args.sampleRate, note)
    }
  }
  return samples
}

/** A struck bell: quick attack, exponential decay to silence at the end of the note, one soft overtone. */
function bell(seconds: number, note: Note): number {
  const attack = Math.min(1, seconds / 0.012)
  const decay = Math.exp(-4.5 * seconds) * (1 - seconds / note.lengthSeconds)
  const phase = 2 * Math.PI * note.hertz * seconds
  return attack * decay * (0.8 * Math.sin(phase) + 0.2 * Math.sin(2.01 * phase))
}
