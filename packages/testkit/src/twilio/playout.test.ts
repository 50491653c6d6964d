import { expect, test } from 'vitest'
import { Playout } from './playout.ts'

const frame = (value: number) => new Uint8Array(160).fill(value)

test('what comes while something plays is played after it', () => {
  const playout = new Playout()
  playout.play(frame(1), 0)
  expect(playout.play(frame(2), 5)).toBe(40)
  expect([...playout.heardUntil(40)]).toEqual([...frame(1), ...frame(2)])
})

test('a gap is heard as silence', () => {
  const playout = new Playout()
  playout.play(frame(1), 20)
  expect([...playout.heardUntil(40)]).toEqual([...frame(0xff), ...frame(1)])
})

test('clear throws away what was not played yet', () => {
  const playout = new Playout()
  playout.play(frame(1), 0)
  playout.play(frame(2), 0)
  playout.clear(10)
  expect(playout.endsAt()).toBe(10)
  expect([...playout.heardUntil(20)]).toEqual([...frame(1).subarray(0, 80), ...frame(0xff).subarray(0, 80)])
})

test('only what was played until now is heard', () => {
  const playout = new Playout()
  playout.play(frame(1), 0)
  expect(playout.heardUntil(10)).toHaveLength(80)
})
