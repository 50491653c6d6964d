import { Player, type Tone, ticksPerFrame } from '@ringdown/media'
import type { Outlet } from './outlet.ts'
import { SAMPLE_RATE } from './speech.ts'

/** Something short that an endpoint hears instead of its source: key presses, test packets. */
export interface Interlude {
  /** Plays its next 20 ms. Returns whether there is more. */
  tick(now: number): boolean
}

// ITU-T Q.23: rows and columns of the keypad, in Hz.
const ROWS = [697, 770, 852, 941] as const
const COLUMNS = [1209, 1336, 1477, 1633] as const
const KEYS = ['123A', '456B', '789C', '*0#D'] as const

/** ms; ITU-T Q.24 asks receivers to take 40 of each, telephones send more. */
export const PRESS_MS = 100
export const PAUSE_MS = 80
// ITU-T Q.24 leaves -3 to -25 dBm; each frequency at -10 dBov stays clear of both ends and of full scale.
const TOUCH_TONE_DBOV = -10

function toneOf(digit: string): Tone {
  const row = KEYS.findIndex(keys => keys.includes(digit))
  const column = KEYS[row]!.indexOf(digit)
  return { frequencies: [ROWS[row]!, COLUMNS[column]!], dbov: TOUCH_TONE_DBOV, cadence: [] }
}

/** Touch-tones in the audio (ITU-T Q.23), for peers that do not take RFC 4733. */
export function audibleTouchTones(digits: string, outlet: Outlet): Interlude {
  const player = new Player({ sampleRate: SAMPLE_RATE })
  const samples = new Int16Array(player.frameSamples)
  player.play(
    [...digits].flatMap(digit => [
      { id: digit, type: 'tone', tone: toneOf(digit), ms: PRESS_MS } as const,
      { id: '', type: 'silence', ms: PAUSE_MS } as const,
    ]),
  )
  return {
    tick: now => {
      if (!player.read(samples).isPlaying) return false
      outlet.say(samples, now)
      return true
    },
  }
}

/** Silent packets, one every 20 ms, that the peer counts: a line that brings them all is fit for a call. */
export function testPackets(count: number, outlet: Outlet): Interlude {
  const silence = new Int16Array(ticksPerFrame(SAMPLE_RATE))
  let left = count
  return {
    tick: now => {
      outlet.say(silence, now)
      left--
      return left > 0
    },
  }
}
