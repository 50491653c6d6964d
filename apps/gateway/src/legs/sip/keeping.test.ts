import { expect, test } from 'vitest'
import { Keeping } from './keeping.ts'

/** What is there, and each write of it, which ends when a test says so. */
function createTestPlace() {
  const place = { now: 'nothing', writes: [] as { what: string; done: () => void }[] }
  const keeping = new Keeping(
    () => new Promise<void>(done => void place.writes.push({ what: place.now, done })),
  )
  return { place, keeping, written: () => place.writes.map(({ what }) => what) }
}

test('writes at once what is there', () => {
  const { place, keeping, written } = createTestPlace()
  place.now = 'one'
  void keeping.keep()
  expect(written()).toEqual(['one'])
})

test('writes once more what changed while it wrote, however often that was', async () => {
  const { place, keeping, written } = createTestPlace()
  for (const what of ['one', 'two', 'three']) {
    place.now = what
    void keeping.keep()
  }
  place.writes[0]?.done()
  await Promise.resolve()
  await expect.poll(written).toEqual(['one', 'three'])
})

test('whoever asked during a write waits for the next', async () => {
  const { place, keeping } = createTestPlace()
  void keeping.keep()
  let isKept = false
  const kept = keeping.keep().then(() => {
    isKept = true
  })
  place.writes[0]?.done()
  await expect.poll(() => place.writes.length).toBe(2)
  expect(isKept).toBe(false)
  place.writes[1]?.done()
  await kept
})

test('is settled when nothing is being written', async () => {
  const { place, keeping } = createTestPlace()
  await keeping.settled()
  void keeping.keep()
  const settled = keeping.settled()
  place.writes[0]?.done()
  await settled
})
