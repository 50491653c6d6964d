import { expect, test } from 'vitest'
import { SleepWatch } from './sleep-watch.ts'

/** A watch that looked every 20 ms until `now`. */
function awakeUntil(now: number): SleepWatch {
  const watch = new SleepWatch()
  for (let at = 0; at <= now; at += 20) watch.look(at)
  return watch
}

test('while somebody looks, what is read came now', () => {
  expect(new SleepWatch().earliest(7)).toBe(7)
  expect(awakeUntil(100).earliest(119)).toBe(119)
})

test('what is read first after a sleep may have come at any time of it', () => {
  expect(awakeUntil(100).earliest(400)).toBe(100)
})

test('what is read right after the first look may have, too; later on it came when it was read', () => {
  const watch = awakeUntil(100)
  watch.look(400)
  expect(watch.earliest(401)).toBe(100)
  expect(watch.earliest(440)).toBe(100)
  watch.look(440)
  expect(watch.earliest(441)).toBe(441)
})
