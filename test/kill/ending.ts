import type { EndingReason } from '@ringdown/contract'
import type { CallEnd } from '@ringdown/testkit'
import { expect } from 'vitest'
import { isLetGo, type Play, type Round } from './plays.ts'
import type { Scene } from './scene.ts'

/** Exactly one record per call, with the ending that its people saw; nothing of the call is left anywhere. */
export async function expectTrueEnding(scene: Scene, given: { play: Play; round: Round }): Promise<void> {
  await scene.until(
    async () => (await scene.rows.statuses()).every(status => status === 'ended'),
    'all calls to end',
  )
  await scene.until(
    async () => (await scene.rows.records()).every(call => call.legs === 0),
    'all legs to be settled',
  )
  const [call, ...others] = await scene.rows.records()
  const end = await scene.caller.ended
  if (call) {
    const { reason, open } = call
    expect(
      { reasons: reasonsOf(end, { scene, ...given, answered: call.answered }), open },
      `${scene.name}: ${reason}, and the caller saw ${JSON.stringify(end)}`,
    ).toMatchObject({
      reasons: expect.arrayContaining([reason]),
      open: 0,
    })
  } else expect(end, `${scene.name}: a call without a record`).toMatchObject({ by: 'refusal' })
  expect(
    others.map(({ reason }) => reason),
    `${scene.name}: further calls`,
  ).toEqual(scene.others.map(() => 'abandoned'))
  for (const row of await scene.rows.operators())
    expect(row, scene.name).toMatchObject({ status: 'on-break', call: null })
}

function reasonsOf(
  end: CallEnd,
  given: { scene: Scene; play: Play; round: Round; answered: boolean },
): EndingReason[] {
  const { scene, play, round, answered } = given
  if (scene.isDialled && !answered) return reasonsUnanswered(end, round)
  // A BYE that died with control is answered by the BYE of the next, which reads the same from the journal.
  if (end.by === 'us' || scene.callerHungUp) {
    // The goodbye may be over before the BYE is heard of.
    if (isLetGo(play)) return ['abandoned', 'wait-limit']
    return answered ? ['hung-up-by-caller'] : ['abandoned']
  }
  if (end.by === 'silence') return []
  // The far end is turned away because the call could not be opened.
  if (end.by === 'refusal')
    return end.status === 488 ? ['no-common-codec'] : end.status === 503 ? ['internal-error', 'shutdown'] : []
  if (scene.operatorHungUp) return ['hung-up-by-operator']
  if (isLetGo(play))
    return ['wait-limit', ...(round.shared === 'gateway stopped' ? ['shutdown' as const] : [])]
  return round.shared === 'gateway stopped' ? ['shutdown'] : []
}

/** A call of ours that came to nothing. */
function reasonsUnanswered(end: CallEnd, round: Round): EndingReason[] {
  if (end.by === 'us') return ['busy']
  // An entry that a dying database may have committed is answered as refused, and closed.
  return round.shared === 'gateway stopped' ? ['shutdown'] : ['canceled', 'media-lost', 'internal-error']
}
