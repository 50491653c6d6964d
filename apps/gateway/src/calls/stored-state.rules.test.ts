import { describe, expect, it } from 'vitest'
import { callStateVersion } from './call.state.ts'
import { readState } from './stored-state.rules.ts'
import { createTestStates } from './testing/create-test-states.ts'

const states = Object.values(createTestStates())
const stored = (state: unknown): unknown => JSON.parse(JSON.stringify(state))

describe('a state that stands in a journal entry', () => {
  it.each(states)('is read as it was written: $type', state => {
    expect(readState(callStateVersion, stored(state))).toEqual(state)
  })

  it.each(states)('is not taken for one when a part of it is missing: $type', state => {
    for (const part of Object.keys(state)) {
      const { [part]: _, ...rest } = stored(state) as Record<string, unknown>
      expect(readState(callStateVersion, rest), part).toBeUndefined()
    }
  })

  it('of before calls went out is one of a call that came in', () => {
    const { direction: _, ...facts } = states[0]!.facts
    expect(readState(callStateVersion, stored({ ...states[0], facts }))).toEqual(states[0])
  })

  it.each([null, 7, 'queued', [], {}, { type: 'transferring' }])('is not %j', damaged => {
    expect(readState(callStateVersion, damaged)).toBeUndefined()
  })

  it('of a newer gateway is not guessed at', () => {
    expect(readState(callStateVersion + 1, stored(states[0]))).toBeUndefined()
  })
})
