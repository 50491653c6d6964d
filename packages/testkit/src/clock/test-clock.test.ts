import { expect, it } from 'vitest'
import { createTestClock } from './test-clock.ts'

it('fires timers in the order of their time, each at its own time', () => {
  const clock = createTestClock(1000)
  const fired: [string, number][] = []
  for (const [name, ms] of [
    ['late', 30],
    ['early', 10],
    ['also early', 10],
    ['never', 50],
  ] as const) {
    clock.start(name, ms, () => fired.push([name, clock.now()]))
  }
  clock.advance(40)
  expect(fired).toEqual([
    ['early', 1010],
    ['also early', 1010],
    ['late', 1030],
  ])
  expect([clock.now(), clock.running()]).toEqual([1040, ['never']])
})

it('fires what a timer starts within the time that passes', () => {
  const clock = createTestClock()
  const fired: number[] = []
  const again = () => {
    fired.push(clock.now())
    clock.start('again', 500, again)
  }
  clock.start('again', 500, again)
  clock.advance(1700)
  expect(fired).toEqual([500, 1000, 1500])
})

it('replaces a timer of the same name and forgets a stopped one', () => {
  const clock = createTestClock()
  const fired: string[] = []
  clock.start('a', 10, () => fired.push('first'))
  clock.start('a', 20, () => fired.push('second'))
  clock.start('b', 5, () => fired.push('stopped'))
  clock.stop('b')
  clock.stop('unknown')
  clock.advance(100)
  expect(fired).toEqual(['second'])
})

it('goes to the next timer, and says when there is none', () => {
  const clock = createTestClock()
  clock.start('a', 32_000, () => {})
  expect([clock.advanceToNext(), clock.now(), clock.advanceToNext()]).toEqual([true, 32_000, false])
})
