import { expect, it } from 'vitest'
import { EventQueue } from './event-queue.ts'

it('keeps the newest events up to its limit and counts what it gave up', () => {
  const queue = new EventQueue(2)
  for (const playlist of ['a', 'b', 'c']) queue.add({ type: 'played', endpoint: 'e', playlist })
  expect(queue.takeAll()).toMatchObject([{ playlist: 'b' }, { playlist: 'c' }])
  expect(queue.dropped).toBe(1)
  expect(queue.takeAll()).toEqual([])
})

it('keeps nothing that the snapshot or the next report says anyway', () => {
  const queue = new EventQueue(10)
  queue.add({ type: 'connected', endpoint: 'e' })
  queue.add({ type: 'silent', endpoint: 'e' })
  queue.add({ type: 'stream refused', reason: 'flood' })
  expect(queue.takeAll()).toEqual([])
})
