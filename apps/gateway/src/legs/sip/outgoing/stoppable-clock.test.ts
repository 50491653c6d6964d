import { expect, test } from 'vitest'
import { createTestClock } from '../../stream/doubles.ts'
import { createStoppableClock } from './stoppable-clock.ts'

test('runs what is due, unless it was cancelled', () => {
  const time = createTestClock()
  const clock = createStoppableClock(time)
  const ran: string[] = []
  clock.after(10, () => ran.push('one'))
  clock.after(10, () => ran.push('cancelled'))()
  time.advance(10)
  expect(ran).toEqual(['one'])
  expect(clock.now()).toBe(time.now())
})

test('runs nothing more when it is stopped, and leaves no timer behind', () => {
  const time = createTestClock()
  const clock = createStoppableClock(time)
  const ran: string[] = []
  clock.after(10, () => ran.push('before'))
  clock.stop()
  clock.after(10, () => ran.push('after'))
  expect(time.pending()).toBe(0)
  time.advance(10)
  expect(ran).toEqual([])
})
