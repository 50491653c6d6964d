import { describe, expect, it, vi } from 'vitest'
import { createTurns } from './turns.ts'

class Late extends Error {}

const turnsOf = (places: number) => createTurns({ places, patienceMs: 10_000, late: () => new Late() })

describe('the line before the connections', () => {
  it('lets in as many as there are places, then one for each that leaves, in the order in which they came', async () => {
    const turns = turnsOf(2)
    const inside: string[] = []
    const enter = (name: string) =>
      turns.take().then(leave => {
        inside.push(name)
        return leave
      })
    const first = await enter('a')
    await enter('b')
    const [third, fourth] = [enter('c'), enter('d')]
    expect(inside).toEqual(['a', 'b'])
    first()
    first()
    const leaveThird = await third
    expect(inside).toEqual(['a', 'b', 'c'])
    leaveThird()
    await fourth
    expect(inside).toEqual(['a', 'b', 'c', 'd'])
  })

  it('lets nobody wait for longer than the patience, and keeps no place for who left', async () => {
    vi.useFakeTimers()
    try {
      const turns = turnsOf(1)
      const leave = await turns.take()
      const waits = turns.take().catch((error: unknown) => error)
      vi.advanceTimersByTime(10_000)
      expect(await waits).toBeInstanceOf(Late)
      leave()
      expect(await turns.take()).toBeTypeOf('function')
    } finally {
      vi.useRealTimers()
    }
  })

  it('sends everybody in line home at once when there is nothing to wait for', async () => {
    const turns = turnsOf(1)
    const leave = await turns.take()
    const waiting = [turns.take(), turns.take()].map(one => one.catch((error: Error) => error.message))
    turns.sendHome(new Error('away'))
    expect(await Promise.all(waiting)).toEqual(['away', 'away'])
    leave()
    expect(await turns.take()).toBeTypeOf('function')
  })
})
