import { expect, it } from 'vitest'
import { StreamPace } from './stream-pace.ts'

const run = (...times: number[]) => {
  const pace = new StreamPace()
  return times.map(now => pace.due(now)).map(({ missed, frames }) => [missed, frames])
}

it('sends a frame with every tick, a little early or late', () => {
  expect(run(1000, 1020, 1044, 1058, 1080)).toEqual(Array(5).fill([0, 1]))
})

it('after a short stall it sends what is late, once', () => {
  expect(run(1000, 1060, 1060, 1060, 1080)).toEqual([
    [0, 1],
    [0, 3],
    [0, 0],
    [0, 0],
    [0, 1],
  ])
})

it('after a long stall it drops what is more than 40 ms late, so that nothing behind it is late', () => {
  expect(run(1000, 1500, 1500, 1520)).toEqual([
    [0, 1],
    [22, 3],
    [0, 0],
    [0, 1],
  ])
})

it('takes the time of the earliest tick: one that was late does not delay those that follow', () => {
  expect(run(1008, 1020, 1040, 1060)).toEqual(Array(4).fill([0, 1]))
})
