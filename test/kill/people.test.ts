import { afterAll, beforeAll, test } from 'vitest'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { expectTrueEnding } from './ending.ts'
import { goOn } from './go-on.ts'
import { closeLanes, type Lane, openLanes } from './lane.ts'
import type { Play, Round } from './plays.ts'
import { Scene, type Stage } from './scene.ts'

/** Nobody kills anything here: the caller hangs up, the operator closes the tab or loads it again, in every state. */

let gateway: TestGateway
let lanes: Lane[]

const withCaller: Stage[] = [
  'arriving',
  'flow',
  'queued',
  'offered',
  'connected',
  'held',
  'parked',
  'leaving',
]
const withOperator: Stage[] = ['queued', 'offered', 'connected', 'held', 'parked', 'wrapping']

const acts: Record<string, { stages: Stage[]; act: (scene: Scene) => unknown }> = {
  'the caller hangs up': { stages: withCaller, act: scene => scene.hangUp() },
  'the operator closes the tab': { stages: withOperator, act: scene => scene.operator.leave() },
  'the operator loads the page again': { stages: withOperator, act: scene => scene.operator.reload() },
}

beforeAll(async () => {
  gateway = await startGateway()
  lanes = await openLanes(gateway, withCaller.length)
})

afterAll(async () => {
  await closeLanes(lanes ?? [])
  await gateway?.close()
})

test.each(Object.entries(acts))('%s, in every state', async (name, { stages, act }) => {
  await Promise.all(
    stages.map(async (stage, turn) => {
      const scene = new Scene({ gateway, lane: lanes[turn]!, name: `${stage}: ${name}` })
      const terms = stage === 'flow' ? { greeting: 'music' } : stage === 'leaving' ? { wait_limit_s: 1 } : {}
      await scene.begin(terms)
      await scene.bringTo(stage)
      await act(scene)
      const play = { state: stage, input: 'leg ended', scenario: { terms, cause: act } } satisfies Play
      const round: Round = { plays: [play], moment: 'after effects', target: 'worker 0', shared: undefined }
      await goOn(scene, { play, round: { ...round, struckAt: performance.now() }, turn })
      await expectTrueEnding(scene, { play, round })
    }),
  )
})
