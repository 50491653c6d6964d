import { expect, it } from 'vitest'
import { createTestClock, settled } from '../calls/testing/create-test-clock.ts'
import { createLineWarmth } from './line-warmth.usecases.ts'

function bench() {
  const written: string[] = []
  const changed: string[] = []
  const failures: unknown[] = []
  const clock = createTestClock()
  const database = { isAway: false }
  let gate: Promise<void> = Promise.resolve()
  const warmth = createLineWarmth({
    clock,
    operators: {
      async setLine(_organization, operator, warm) {
        await gate
        if (database.isAway) throw new Error('away')
        written.push(`${operator} ${warm}`)
        return []
      },
    },
    onChanged: organization => void changed.push(organization),
    onFailed: error => void failures.push(error),
  })
  const hold = () => {
    let release = () => {}
    gate = new Promise(resolve => {
      release = resolve
    })
    return release
  }
  return { warmth, written, changed, failures, database, clock, hold }
}

it('writes the latest word last, whatever came in between', async () => {
  const { warmth, written, hold } = bench()
  const release = hold()
  for (const warm of [true, false, true, false]) warmth.set('org-1', 'ann', warm)
  release()
  await settled()
  expect(written).toEqual(['ann true', 'ann false'])
})

it('does not write what stands there already', async () => {
  const { warmth, written, changed } = bench()
  warmth.set('org-1', 'ann', true)
  await settled()
  warmth.set('org-1', 'ann', true)
  await settled()
  expect([written, changed]).toEqual([['ann true'], ['org-1']])
})

it('writes when the database is back what could not be written before', async () => {
  const { warmth, written, failures, database } = bench()
  database.isAway = true
  warmth.set('org-1', 'ann', true)
  await settled()
  expect([written, failures.length]).toEqual([[], 1])
  database.isAway = false
  warmth.resync()
  await settled()
  expect(written).toEqual(['ann true'])
})

it('writes again within a second what could not be written, though nobody says that the database is back', async () => {
  const { warmth, written, changed, database, clock } = bench()
  database.isAway = true
  warmth.set('org-1', 'ann', true)
  await clock.advance(5_000)
  database.isAway = false
  await clock.advance(1_000)
  expect([written, changed, clock.running()]).toEqual([['ann true'], ['org-1'], 0])
})

it('tries again for the latest word only', async () => {
  const { warmth, written, database, clock } = bench()
  database.isAway = true
  warmth.set('org-1', 'ann', true)
  warmth.set('org-1', 'ann', false)
  await settled()
  database.isAway = false
  await clock.advance(1_000)
  expect([written, clock.running()]).toEqual([['ann false'], 0])
})
