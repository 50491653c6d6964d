/** Speech whose every 20 ms say who speaks and which frame it is, so that a listener can name what is missing. */

const frames = 3000
const frameBytes = 160
const marks = { caller: 0x35, operator: 0xb5 } as const

export type Speaker = keyof typeof marks
export type Sound = Speaker | 'silence' | 'music'

/** `at`: ms of `performance.now()`. */
export type HeardPacket = { readonly at: number; readonly payload: Uint8Array }

type Packets = readonly HeardPacket[]

export function markedSpeech(speaker: Speaker): Uint8Array {
  const bytes = new Uint8Array(frames * frameBytes).fill(marks[speaker])
  for (let frame = 0; frame < frames; frame++) {
    bytes[frame * frameBytes] = frame & 0xff
    bytes[frame * frameBytes + 1] = frame >> 8
  }
  return bytes
}

export function soundOf(payload: Uint8Array): Sound {
  const tail = payload.subarray(2)
  if (tail.every(byte => byte === marks.caller)) return 'caller'
  if (tail.every(byte => byte === marks.operator)) return 'operator'
  return payload.every(byte => byte === 0xff || byte === 0x7f) ? 'silence' : 'music'
}

/** How many packets of a sound came since `since` (ms of `performance.now()`). */
export function countHeard(packets: Packets, sound: Sound, since: number): number {
  let count = 0
  for (let index = packets.length - 1; index >= 0 && packets[index]!.at > since; index--) {
    if (soundOf(packets[index]!.payload) === sound) count++
  }
  return count
}

/** How many packets of each sound came since `since`, in words. */
export function soundsHeard(packets: Packets, since: number): string {
  const heard = Object.groupBy(
    packets.filter(({ at }) => at > since),
    ({ payload }) => soundOf(payload),
  )
  const counts = Object.entries(heard).map(([sound, some]) => `${some.length} × ${sound}`)
  return counts.join(', ') || 'nothing'
}

/** The longest run of a speaker's frames that are missing between two moments. The speaker does not stop in between. */
export function longestGap(packets: Packets, speaker: Speaker, from: number, to: number): number {
  const heard = packets
    .filter(packet => packet.at >= from && packet.at <= to && soundOf(packet.payload) === speaker)
    .map(({ payload }) => payload[0]! + payload[1]! * 256)
  let longest = 0
  for (let index = 1; index < heard.length; index++) {
    longest = Math.max(longest, ((heard[index]! - heard[index - 1]! + frames) % frames) - 1)
  }
  return longest
}
