import { FRAME_MS, Player, type PlayItem, pleaseHoldTone, ringbackTone } from '@ringdown/media'
import type { PlaylistItem } from '../worker.port.ts'
import type { Clips } from './clips.ts'
import type { Hearing } from './hearing.ts'
import type { Outlet } from './outlet.ts'
import { SAMPLE_RATE } from './speech.ts'

const tones = { ringback: ringbackTone, rejoin: pleaseHoldTone } as const

export type PlaylistOptions = {
  items: readonly PlaylistItem[]
  clips: Clips
  outlet: Outlet
  /** The last frame was sent. Never said of a list that ends in music. */
  onEnd: () => void
}

/** Prompts, tones, pauses and music, encoded for one peer. */
export function playlistHearing({ items, clips, outlet, onEnd }: PlaylistOptions): Hearing {
  const player = new Player({ sampleRate: SAMPLE_RATE })
  const samples = new Int16Array(player.frameSamples)
  let isPlaying = false
  let hasEnded = false
  return {
    tick: (tick, now) => {
      if (hasEnded) return
      // Music runs on by the clock while nobody listens: a caller put on hold again does not hear its beginning again.
      if (!isPlaying) player.play(items.map((item, index) => playItem(item, { index, clips, tick })))
      isPlaying = true
      if (player.read(samples).isPlaying) {
        outlet.say(samples, now)
        return
      }
      hasEnded = true
      onEnd()
    },
    stop: () => {
      hasEnded = true
    },
  }
}

type Place = { index: number; clips: Clips; tick: number }

function playItem(item: PlaylistItem, { index, clips, tick }: Place): PlayItem {
  const id = String(index)
  switch (item.type) {
    case 'clip':
      return { id, type: 'clip', clip: clips.find(item.name)! }
    case 'silence':
      return { id, type: 'silence', ms: item.ms }
    case 'tone':
      return { id, type: 'tone', tone: tones[item.tone], ms: item.ms }
    case 'music':
      return { id, type: 'loop', clip: clips.music, fromMs: tick * FRAME_MS }
  }
}
