import { expect, it } from 'vitest'
import { recoveryOf } from './recovery.rules.ts'
import { createTestMedia } from './testing/create-test-media.ts'
import { createTestStates } from './testing/create-test-states.ts'

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
