import { afterAll, beforeAll, test } from 'vitest'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { closeLanes, type Lane, openLanes, startAfresh } from './lane.ts'
import { roundsOf, type Target, titleOf } from './plays.ts'
import { playRound } from './round.ts'

const laneCount = 12

/** Every death in a row makes the supervisor wait twice as long: beyond these a new start is quicker. */
const strokesPerStart = 5

/**
 * Kill -9 of one process in every state of a call: every (state, input) of `scenarios.ts`, held exactly before the journal entry, after it,
 * and after its effects were started; then the target dies, everything goes on, and the people on the call are looked at. Several calls die
 * by one stroke, each in an organization of its own.
 */
export function testMatrix(target: Target): void {
  let gateway: TestGateway
  let lanes: Lane[]
  let strokes = 0

  beforeAll(async () => {
    gateway = await startGateway()
    lanes = await openLanes(gateway, laneCount)
  })

  afterAll(async () => {
    await closeLanes(lanes ?? [])
    await gateway?.close()
  })

  for (const round of roundsOf({ lanes: laneCount, target })) {
    test(titleOf(round), async () => {
      if (++strokes % strokesPerStart === 0) await startAfresh(gateway, lanes)
      await playRound(gateway, lanes, round)
    })
  }
}
