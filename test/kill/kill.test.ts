/**
 * Kill -9 in every state of a call: every (state, input) of `scenarios.ts`, held exactly before the journal entry, after it, and after its
 * effects were started; then the target dies, everything goes on, and the people on the call are looked at.
 *
 * Control, whose process the moments belong to, is killed at all three. For the worker and the database one moment (after the entry) is
 * enough in a usual run: RINGDOWN_KILL_ALL=1 plays the whole matrix. Several calls die by one stroke, each in an organization of its own.
 */

import { afterAll, beforeAll, describe, test } from 'vitest'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { closeLanes, type Lane, openLanes, seeAnew } from './lane.ts'
import { moments, roundsOf, targets, titleOf } from './plays.ts'
import { playRound } from './round.ts'

const laneCount = 12

let gateway: TestGateway
let lanes: Lane[]

beforeAll(async () => {
  gateway = await startGateway()
  lanes = await openLanes(gateway, laneCount)
})

afterAll(async () => {
  await closeLanes(lanes ?? [])
  await gateway?.close()
})

/** Every death in a row makes the supervisor wait twice as long: beyond these a new start is quicker. */
const strokesPerStart = 5
let strokes = 0

async function startAfreshWhenDue(): Promise<void> {
  if (++strokes % strokesPerStart !== 0) return
  await gateway.stop()
  const stoppedAt = Date.now()
  await gateway.start()
  await seeAnew(lanes, stoppedAt)
}

const everything = process.env.RINGDOWN_KILL_ALL === '1'

describe.each(targets)('kill -9 of the %s', target => {
  const at = everything || target === 'control' ? moments : (['after append'] as const)
  for (const round of roundsOf({ lanes: laneCount, target, moments: at })) {
    test(titleOf(round), async () => {
      await startAfreshWhenDue()
      await playRound(gateway, lanes, round)
    })
  }
})
