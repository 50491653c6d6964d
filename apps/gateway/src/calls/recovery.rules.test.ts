import { describe, expect, it } from 'vitest'
import { recoveryOf, worthOf } from './recovery.rules.ts'
import { createTestMedia } from './testing/create-test-media.ts'
import { createTestFacts, createTestStates } from './testing/create-test-states.ts'

const states = createTestStates()

/** What a call between ann, who spoke through `line:ann:1`, and a caller is told of her lines. */
function lineAfter(lines: { endpoint: string; owner?: string; connected?: boolean }[]) {
  const media = createTestMedia()
  for (const line of lines) media.open(0, { kind: 'webrtc', owner: 'ann', ...line })
  const one = { call: 'call-1', sequence: 3, state: states.connected, leg: null, ringing: [] }
  const input = recoveryOf(one, media.snapshots())
  return input.type === 'recovered' ? input.line : undefined
}

it('goes on with the line that stood', () => {
  expect(lineAfter([{ endpoint: 'line:ann:1' }])).toEqual({ worker: 0, endpoint: 'line:ann:1' })
})

it('goes on with a newer line, though the worker has not noticed yet that the former was left', () => {
  expect(lineAfter([{ endpoint: 'line:ann:1' }, { endpoint: 'line:ann:2' }])).toEqual({
    worker: 0,
    endpoint: 'line:ann:2',
  })
})

it('goes on without a line when none is connected, or somebody else has one', () => {
  expect(lineAfter([{ endpoint: 'line:ann:2', connected: false }])).toBeNull()
  expect(lineAfter([{ endpoint: 'line:bob:1', owner: 'bob' }])).toBeNull()
})

it('goes on with the desk phone that was picked up, whatever browser line there is besides', () => {
  const media = createTestMedia()
  media.open(0, { kind: 'webrtc', owner: 'ann', endpoint: 'line:ann:1' })
  media.open(0, { kind: 'rtp', endpoint: 'desk:ann:1' })
  const line = { worker: 0, endpoint: 'desk:ann:1' }
  const state = { ...states.connected, line }
  const input = recoveryOf({ call: 'call-1', sequence: 3, state, leg: null, ringing: [] }, media.snapshots())
  expect(input).toMatchObject({ line })
})

describe('a carrier stream that came back, and whose control died before it could journal it', () => {
  const facts = createTestFacts({ leg: { id: 'leg-1', kind: 'stream' } }, { state: 'lost', port: null })
  const state = createTestStates(facts).queued
  function mediaWith(stream: { worker?: number; call?: string; endpoint?: string }) {
    const media = createTestMedia(2)
    const { worker = 0, call = 'call-1', endpoint = 'came-back' } = stream
    media.open(worker, { endpoint, kind: 'stream', call })
    return media
  }
  const pathAfter = (media: ReturnType<typeof createTestMedia>) => {
    const input = recoveryOf(
      { call: 'call-1', sequence: 3, state, leg: null, ringing: [] },
      media.snapshots(),
    )
    return input.type === 'recovered' ? input.media : undefined
  }

  it.each([0, 1])('is known by its call, whatever its endpoint is called, at worker %i', worker => {
    expect(pathAfter(mediaWith({ worker }))).toEqual({ worker, endpoint: 'came-back' })
  })

  it('is nobody else’s', () => {
    expect(pathAfter(mediaWith({ call: 'call-2', endpoint: 'caller:call-2' }))).toBeNull()
  })

  it('is taken up too where its worker comes late', () => {
    const held = mediaWith({ worker: 1 }).snapshots().get(1)!
    const path = { worker: 1, endpoint: 'came-back', port: null }
    expect(worthOf(facts, 1, held)).toEqual({ type: 'media up', ...path })
  })

  it('leaves the ports of telephones alone: those are known by their endpoint', () => {
    const media = createTestMedia()
    media.open(0, { endpoint: 'desk:ann:1', kind: 'rtp', call: 'call-1' })
    expect(worthOf(createTestFacts(), 0, media.snapshots().get(0)!)).toEqual({
      type: 'media possible',
      worker: 0,
    })
  })
})
