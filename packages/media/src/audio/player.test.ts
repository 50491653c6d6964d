import { describe, expect, it } from 'vitest'
import { encodeG711 } from '../g711.ts'
import type { Clip } from './clip.ts'
import { Player, type PlayItem } from './player.ts'
import { ringbackTone } from './tone.ts'

const linear = (value: number, length: number, sampleRate = 8000): Clip => ({
  codec: 'L16',
  sampleRate,
  samples: new Int16Array(length).fill(value),
})

const counting = (length: number): Clip => ({
  codec: 'L16',
  sampleRate: 8000,
  samples: Int16Array.from({ length }, (_, i) => i + 1),
})

function play(player: Player, frames: number) {
  const samples: number[] = []
  const steps = Array.from({ length: frames }, () => {
    const target = new Int16Array(player.frameSamples).fill(-1)
    const step = player.read(target)
    samples.push(...target)
    return step
  })
  return { samples, completed: steps.map(step => step.completed), playing: steps.map(step => step.isPlaying) }
}

function playing(items: readonly PlayItem[]): Player {
  const player = new Player({ sampleRate: 8000 })
  player.play(items)
  return player
}

describe('player', () => {
  it('plays one item behind the other without a gap and reports each once', () => {
    const player = playing([
      { id: 'a', type: 'clip', clip: linear(7, 200) },
      { id: 'pause', type: 'silence', ms: 5 },
      { id: 'b', type: 'clip', clip: linear(9, 100) },
    ])
    const { samples, completed, playing: isPlaying } = play(player, 4)
    const expected = [
      ...Array(200).fill(7),
      ...Array(40).fill(0),
      ...Array(100).fill(9),
      ...Array(300).fill(0),
    ]
    expect(samples).toEqual(expected)
    expect(completed).toEqual([[], ['a', 'pause'], ['b'], []])
    expect(isPlaying).toEqual([true, true, true, false])
    expect(player.stats()).toEqual({ frames: 3, itemsCompleted: 3 })
  })

  it('an item that ends with its frame is reported in that frame', () => {
    expect(play(playing([{ id: 'a', type: 'clip', clip: linear(1, 320) }]), 3).completed).toEqual([
      [],
      ['a'],
      [],
    ])
  })

  it('plays G.711 clips as they decode', () => {
    const payload = encodeG711(
      'PCMA',
      Int16Array.from({ length: 160 }, (_, i) => i * 100),
    )
    const { samples } = play(
      playing([{ id: 'a', type: 'clip', clip: { codec: 'PCMA', sampleRate: 8000, payload } }]),
      1,
    )
    expect(encodeG711('PCMA', Int16Array.from(samples))).toEqual(payload)
  })

  it('loops music for ever, and takes it up where it was', () => {
    const music: PlayItem = { id: 'music', type: 'loop', clip: counting(400) }
    const player = playing([music])
    const { samples, completed } = play(player, 100)
    expect(samples).toEqual(Array.from({ length: 16_000 }, (_, i) => (i % 400) + 1))
    expect(completed.flat()).toEqual([])
    play(player, 1)
    expect(player.position()).toEqual({ id: 'music', ms: 20 })
    expect(play(playing([{ ...music, fromMs: 20 }]), 1).samples[0]).toBe(161)
  })

  it('plays tones, for a time or for ever', () => {
    expect(play(playing([{ id: 't', type: 'tone', tone: ringbackTone, ms: 30 }]), 3).completed).toEqual([
      [],
      ['t'],
      [],
    ])
    expect(play(playing([{ id: 't', type: 'tone', tone: ringbackTone }]), 500).playing.every(Boolean)).toBe(
      true,
    )
  })

  it('empty items are over at once', () => {
    const items: PlayItem[] = [
      { id: 'a', type: 'clip', clip: linear(1, 0) },
      { id: 'b', type: 'loop', clip: linear(1, 0) },
      { id: 'c', type: 'silence', ms: 0 },
    ]
    expect(play(playing(items), 1).completed).toEqual([['a', 'b', 'c']])
  })

  it('changing the list cross-fades over 5 ms and reports nothing of the old one', () => {
    const player = playing([{ id: 'old', type: 'loop', clip: linear(8000, 100) }])
    play(player, 1)
    player.play([{ id: 'new', type: 'loop', clip: linear(-8000, 100) }])
    const { samples, completed } = play(player, 1)
    const steps = [8000, ...samples].map((sample, i, all) => (i === 0 ? 0 : Math.abs(sample - all[i - 1]!)))
    expect(Math.max(...steps)).toBeLessThanOrEqual(16_000 / 40)
    expect(samples.slice(40).every(sample => sample === -8000)).toBe(true)
    expect(completed.flat()).toEqual([])
  })

  it('stopping fades to silence, then nothing plays', () => {
    const player = playing([{ id: 'old', type: 'loop', clip: linear(8000, 100) }])
    play(player, 1)
    player.play([])
    player.play([])
    const { samples, playing: isPlaying } = play(player, 2)
    expect(samples[0]).toBeGreaterThan(7700)
    expect(samples.slice(40).every(sample => sample === 0)).toBe(true)
    expect(isPlaying).toEqual([true, false])
    expect(player.position()).toBeUndefined()
  })

  it('refuses clips of another sample rate', () => {
    expect(() => playing([{ id: 'a', type: 'clip', clip: linear(1, 1, 16000) }])).toThrow(RangeError)
  })

  it('works at 48 kHz', () => {
    const player = new Player({ sampleRate: 48000 })
    player.play([{ id: 'a', type: 'clip', clip: linear(5, 960, 48000) }])
    expect(play(player, 1)).toMatchObject({ samples: Array(960).fill(5), completed: [['a']] })
  })
})
