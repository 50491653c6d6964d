import { expect, test } from 'vitest'
import { Recent } from './recent.ts'

const filled = (most: number, count: number) => {
  const recent = new Recent<number>(most)
  for (let index = 0; index < count; index++) recent.set(`key ${index}`, index)
  return recent
}

test('never holds more than it may, and always the more recent half of that', () => {
  for (const count of [1, 9, 10, 11, 1_000]) {
    const recent = filled(10, count)
    expect(recent.size).toBeLessThanOrEqual(10)
    for (let index = Math.max(0, count - 5); index < count; index++)
      expect(recent.get(`key ${index}`)).toBe(index)
  }
})

test('keeps what is written again and again, once', () => {
  const recent = new Recent<number>(10)
  for (let index = 0; index < 100; index++) {
    recent.set('often', index)
    recent.set(`key ${index}`, index)
    expect(recent.get('often')).toBe(index)
  }
  expect(recent.values().filter(value => value === 99)).toHaveLength(2)
})

test('forgets what is deleted, of either generation', () => {
  const recent = filled(4, 3)
  recent.delete('key 0')
  recent.delete('key 2')
  expect([recent.get('key 0'), recent.get('key 1'), recent.get('key 2')]).toEqual([undefined, 1, undefined])
  expect(recent.size).toBe(1)
})
