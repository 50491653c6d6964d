import { expect, test, vi } from 'vitest'
import { Source } from '../view-model/index.ts'
import { createTestTime } from './create-test-time.ts'
import { Ticker } from './ticker.ts'
import { until } from './until.ts'

test('ticks once a second while somebody watches', async () => {
  const time = createTestTime(0)
  const ticker = new Ticker(time)
  const listener = vi.fn()
  const stop = ticker.subscribe(listener)
  await time.advance(3_000)
  expect(listener).toHaveBeenCalledTimes(3)
  expect(ticker.value).toBe(3_000)
  stop()
  await time.advance(5_000)
  expect(listener).toHaveBeenCalledTimes(3)
})

test('until waits for the condition', async () => {
  const time = createTestTime()
  const observable = new Source(1)
  const waiting = until({ observable, condition: value => value === 3, withinMs: 1_000, time })
  observable.set(2)
  observable.set(3)
  expect(await waiting).toBe(true)
})

test('until gives up after its time', async () => {
  const time = createTestTime()
  const waiting = until({ observable: new Source(1), condition: value => value === 3, withinMs: 1_000, time })
  await time.advance(1_000)
  expect(await waiting).toBe(false)
})
