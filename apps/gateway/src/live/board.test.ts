import { expect, it } from 'vitest'
import type { CallState } from '../calls/index.ts'
import { createTestFacts, createTestStates } from '../calls/testing/create-test-states.ts'
import { createBoards } from './board.ts'
import type { RecentCall } from './live.repository.ts'

const organization = { id: 'org-1', name: 'Hotline' }

const record = (caller: string): RecentCall => ({
  call: `call of ${caller}`,
  caller,
  identity: null,
  direction: 'in',
  startedAt: 1,
  answeredAt: null,
  endedAt: 2,
  ending: { result: 'caller', reason: 'abandoned' },
  operator: null,
})

function bench() {
  const asked: string[][] = []
  const calls: CallState[] = []
  const history: RecentCall[] = []
  let duringRecent = () => {}
  const boards = createBoards({
    calls: { list: () => calls },
    operators: { list: async () => [] },
    repository: {
      async recent() {
        const answer = [...history]
        duringRecent()
        return answer
      },
      earlierCalls: async (_organization, callers) => new Map(callers.map(c => [c, history.length])),
    },
    async masks(_organization, callers) {
      asked.push(callers)
      return new Map(callers.filter(c => c !== 'deleted').map(c => [c, `mask of ${c}`]))
    },
    names: async () => new Map(),
    now: () => 0,
  })
  return {
    boards,
    calls,
    history,
    asked,
    onRecent(then: () => void) {
      duringRecent = then
    },
  }
}

const stateOf = (caller: string, id = 'org-1') =>
  createTestStates(createTestFacts({ caller, organization: id })).queued

it('asks for each caller once, those that were deleted from the vault too', async () => {
  const { boards, calls, asked } = bench()
  calls.push(stateOf('one'), stateOf('deleted'))
  await boards.read(organization)
  const board = await boards.read(organization)
  expect(asked).toEqual([['one', 'deleted']])
  expect(board.callers.get('one')?.mask).toBe('mask of one')
  expect(board.callers.get('deleted')?.mask).toBe('…')
})

it('keeps nobody who is not to be seen any more', async () => {
  const { boards, calls } = bench()
  for (let i = 0; i < 100; i++) {
    calls.splice(0, 1, stateOf(`caller-${i}`))
    await boards.read(organization)
    boards.callEnded('org-1', `call-${i}`, `caller-${i}`)
  }
  calls.length = 0
  expect((await boards.read(organization)).callers.size).toBe(0)
})

it('shows an ended call in the history, and counts it for its caller', async () => {
  const { boards, calls, history } = bench()
  calls.push(stateOf('one'))
  expect((await boards.read(organization)).callers.get('one')?.earlierCalls).toBe(0)
  history.push(record('one'))
  boards.callEnded('org-1', 'call-1', 'one')
  const board = await boards.read(organization)
  expect([board.recent.length, board.callers.get('one')?.earlierCalls]).toEqual([1, 1])
})

it('does not keep a history that was read while a call ended', async () => {
  const { boards, history, onRecent } = bench()
  onRecent(() => {
    onRecent(() => {})
    history.push(record('one'))
    boards.callEnded('org-1', 'call-1', 'one')
  })
  await boards.read(organization)
  expect((await boards.read(organization)).recent).toHaveLength(1)
})

it('shows the calls of its own organization only', async () => {
  const { boards, calls } = bench()
  calls.push(stateOf('one'), stateOf('other', 'org-2'))
  expect((await boards.read(organization)).calls).toHaveLength(1)
})
