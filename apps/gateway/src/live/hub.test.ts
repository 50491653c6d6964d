import type { LiveMessage } from '@ringdown/contract'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Boards } from './board.ts'
import { createHub, type Page } from './hub.ts'
import type { Board } from './view.rules.ts'

const organization = { id: 'org-1', name: 'Hotline' }

const typesOf = (messages: LiveMessage[]) => messages.map(message => message.type)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function bench() {
  const reads: string[] = []
  const failures: unknown[] = []
  const board: Board = {
    now: 0,
    organization,
    calls: [],
    operators: [],
    recent: [],
    names: new Map(),
    callers: new Map(),
    muted: new Set(),
    quality: new Map(),
    codecs: new Map(),
  }
  const boards = {
    async read(of: { id: string }) {
      reads.push(of.id)
      return { ...board, now: reads.length }
    },
  } as unknown as Boards
  const hub = createHub({
    boards,
    reached: () => ({
      line: { id: null, state: 'none' },
      deskPhone: { answers: false, registered: 0 },
    }),
    onFailed: error => void failures.push(error),
  })
  const pageOf = (operator: string) => {
    const got: LiveMessage[] = []
    const state = { replaced: false }
    const page: Page = {
      operator: { id: operator, name: operator },
      organization,
      send: message => void got.push(message),
      replace() {
        state.replaced = true
      },
    }
    return { page, got, state }
  }
  /** Long enough for everything gathered to be drawn. */
  const draw = () => vi.advanceTimersByTimeAsync(100)
  return { hub, boards, board, reads, failures, pageOf, draw }
}

it('draws many changes as one view', async () => {
  const { hub, reads, pageOf, draw } = bench()
  const { page, got } = pageOf('ann')
  hub.enter(page)
  for (let i = 0; i < 20; i++) hub.changed('org-1')
  await draw()
  expect([reads.length, typesOf(got)]).toEqual([1, ['line', 'view']])
})

it('does not send a view again in which nothing but the time is new', async () => {
  const { hub, board, pageOf, draw } = bench()
  const { page, got } = pageOf('ann')
  hub.enter(page)
  hub.changed('org-1')
  await draw()
  hub.changed('org-1')
  await draw()
  expect(typesOf(got)).toEqual(['line', 'view'])
  board.organization = { ...organization, name: 'Renamed' }
  hub.changed('org-1')
  await draw()
  expect(typesOf(got)).toEqual(['line', 'view', 'view'])
})

it('draws once more when something changed while it was drawn', async () => {
  const { hub, boards, reads, pageOf, draw } = bench()
  hub.enter(pageOf('ann').page)
  const { read } = boards
  boards.read = async of => {
    if (reads.length === 0) hub.changed('org-1')
    return read(of)
  }
  hub.changed('org-1')
  await draw()
  expect(reads).toHaveLength(2)
})

it('draws again by itself after a failure, until every page was shown what is', async () => {
  const { hub, boards, failures, pageOf, draw } = bench()
  const { page, got } = pageOf('ann')
  hub.enter(page)
  const { read } = boards
  boards.read = () => Promise.reject(new Error('away'))
  hub.changed('org-1')
  await draw()
  boards.read = read
  await vi.advanceTimersByTimeAsync(1_000)
  expect([failures.length, typesOf(got)]).toEqual([1, ['line', 'view']])
})

it('does not draw again for a page that has left', async () => {
  const { hub, boards, failures, pageOf, draw } = bench()
  const { page } = pageOf('ann')
  hub.enter(page)
  boards.read = () => Promise.reject(new Error('away'))
  hub.changed('org-1')
  await draw()
  hub.leave(page)
  await vi.advanceTimersByTimeAsync(10_000)
  expect([failures.length, vi.getTimerCount()]).toEqual([1, 0])
})

it('tells a page which line it has before any view, with the database away too', () => {
  const { hub, pageOf } = bench()
  const { page, got } = pageOf('ann')
  hub.enter(page)
  expect(got).toEqual([{ type: 'line', line: null }])
})

it('reads nothing for an organization without pages', async () => {
  const { hub, reads, draw } = bench()
  hub.changed('org-1')
  await draw()
  expect(reads).toEqual([])
})

it('keeps one page per operator: the newest, whose going is the only one that counts', () => {
  const { hub, pageOf } = bench()
  const [first, second] = [pageOf('ann'), pageOf('ann')]
  hub.enter(first.page)
  hub.enter(second.page)
  expect([first.state.replaced, second.state.replaced, hub.count()]).toEqual([true, false, 1])
  expect([hub.leave(first.page), hub.has('ann')]).toEqual([false, true])
  expect([hub.leave(second.page), hub.has('ann'), hub.count()]).toEqual([true, false, 0])
})
