import { execFileSync } from 'node:child_process'
import { ticksPerFrame } from '@ringdown/media'
import { activeSpeechLevel } from '@ringdown/testkit'

/** How a text becomes telephone audio. `espeak-ng` and `sox` are a developer's tools: what they make is committed. */
export type SpeechOrder = {
  text: string
  /** A voice of espeak-ng with its variant, e.g. `en-us+f3`. */
  voice: string
  /** Words per minute. */
  speed: number
  /** dBov of the speech without its pauses. */
  level: number
}

const RATE = 8000
const PEAK = 32768 * 10 ** (-1.5 / 20)

/** Speech at 8 kHz in whole frames of 20 ms, without silence around it, at the level asked for, peaks under -1.5 dBov. */
export function synthesize({ text, voice, speed, level }: SpeechOrder): Int16Array {
  // -g: a little more air between words (units of 10 ms), which reads as calm; -p: slightly lower pitch.
  const spoken = run('espeak-ng', ['-v', voice, '-s', `${speed}`, '-p', '45', '-g', '2', '--stdout', text])
  const raw = ['-t', 'raw', '-r', `${RATE}`, '-c', '1', '-e', 'signed-integer', '-b', '16', '-']
  const band = ['gain', '-6', 'highpass', '180', 'lowpass', '3600', 'rate', '-v', `${RATE}`]
  const trim = ['silence', '1', '0.01', '0.4%', 'fade', 'q', '0.02', 'reverse']
  const file = run(
    'sox',
    ['-R', '-D', '-t', 'wav', '-', ...raw, ...trim, ...trim, ...band, 'pad', '0.02', '0.06'],
    spoken,
  )
  return toLevel(inWholeFrames(new Int16Array(new Uint8Array(file).buffer)), level)
}

function run(program: string, parameters: string[], input?: Buffer): Buffer {
  return execFileSync(program, parameters, {
    ...(input ? { input } : {}),
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

function inWholeFrames(samples: Int16Array): Int16Array {
  const frame = ticksPerFrame(RATE)
  const whole = new Int16Array(Math.ceil(samples.length / frame) * frame)
  whole.set(samples)
  return whole
}

function toLevel(samples: Int16Array, level: number): Int16Array {
  const gain = 10 ** ((level - activeSpeechLevel(samples, RATE)) / 20)
  return samples.map(sample => softLimit(sample * gain))
}

// Straight up to three quarters of the peak, then bending: the few plosives that go over do not clip.
function softLimit(sample: number): number {
  const knee = PEAK * 0.75
  const size = Math.abs(sample)
  if (size <= knee) return Math.round(sample)
  const bent = knee + (PEAK - knee) * Math.tanh((size - knee) / (PEAK - knee))
  return Math.round(Math.sign(sample) * bent)
}
