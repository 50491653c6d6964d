import { expect } from 'vitest'
import { rest } from './lane.ts'
import { longestGap } from './marked-speech.ts'
import { isLetGo, type Play, type Round } from './plays.ts'
import type { Scene } from './scene.ts'

type Given = { play: Play; round: Round & { struckAt: number }; turn: number }

/** Frames of 20 ms that may be missing where nothing may be: a datagram is not a promise. */
const fewFrames = 5

/**
 * Goes on with a call after the stroke as its people would, and checks at the peers on the way: whoever waits hears something and can be
 * answered; whoever talks is heard; either end hangs up and the other sees it.
 */
export async function goOn(scene: Scene, given: Given): Promise<void> {
  const { round, play } = given
  const isUndisturbed =
    round.target !== 'worker 0' && round.shared === undefined && !play.scenario.breaksAudio
  if (!scene.hasCaller && given.play.input === 'dialled') await dialAfterAll(scene)
  if (isUndisturbed && given.play.state === 'connected') await expectNoGap(scene, given)
  while (!scene.caller.isOver) await nextStep(scene, given)
  for (const other of scene.others) await other.hangUp()
  await rest(scene.lane)
}

/** Whoever dialled and saw nothing of it looks whether it rings, and dials again where it does not. */
async function dialAfterAll(scene: Scene): Promise<void> {
  await scene.until(
    async () => (await scene.operator.tryCommand({ type: 'quality', report: nothingHeard })).ok,
    'control',
  )
  const hasBegun = (await scene.rows.statuses()).length > 0
  await (hasBegun ? scene.meet() : scene.dial())
}

const nothingHeard = { roundTripMs: null, jitterMs: null, packetsReceived: 0, packetsLost: 0 }

async function nextStep(scene: Scene, given: Given): Promise<void> {
  const status = await scene.status()
  switch (status) {
    case 'arriving':
      // A telephone whose ACK was kept back sends it now; any other is waited for.
      scene.caller.acknowledge()
      return movedFrom(scene, status)
    case 'dialing':
      if (scene.operator.reconnects) scene.pickUp()
      return movedFrom(scene, status)
    case 'flow':
      await hearsSomething(scene)
      return given.play.scenario.terms?.greeting === 'music' ? hangUp(scene) : movedFrom(scene, status)
    case 'queued':
    case 'offered':
      return isLetGo(given.play) ? movedFrom(scene, status) : answer(scene, given)
    case 'connected':
      // Somebody left while nobody was there to see it.
      return scene.operator.reconnects ? endTalk(scene, given) : movedFrom(scene, status)
    case 'held':
      await hearsSomething(scene)
      if (!scene.operator.reconnects) return movedFrom(scene, status)
      return ensure(scene, () => scene.operator.resume(), status)
    case 'parked':
      await hearsSomething(scene)
      if (given.play.scenario.terms?.return_limit_s === 2) return movedFrom(scene, status)
      if (!scene.operator.reconnects) await scene.operator.comeBack()
      // A page that was not given its microphone before.
      else if (given.play.input === 'operator hung up') await scene.operator.reload()
      return movedFrom(scene, status)
    case 'leaving':
      return endsByItself(given) ? movedFrom(scene, status) : leave(scene)
    default:
      // An ended call must reach the telephone; one that never began comes again or is refused.
      return movedFrom(scene, status)
  }
}

/** A goodbye lasts some seconds: one that went on without control and one that a new worker plays are heard to their ends. */
function endsByItself({ play }: Given): boolean {
  return play.state === 'leaving' && (play.input === 'recovered' || play.input === 'media up')
}

/** The caller does not hear the goodbye to its end, which may come first all the same. */
async function leave(scene: Scene): Promise<void> {
  await hearsSomething(scene)
  await scene.hangUp()
}

async function movedFrom(scene: Scene, status: string | undefined): Promise<void> {
  await scene.until(
    async () => scene.caller.isOver || (await scene.status()) !== status,
    `the end of ${status}`,
  )
}

/** The order may come too late, because the call went on by itself. */
async function ensure(scene: Scene, order: () => Promise<unknown>, status: string): Promise<void> {
  await order().catch(() => undefined)
  await movedFrom(scene, status)
}

async function hearsSomething(scene: Scene): Promise<void> {
  const since = performance.now()
  // Who was to come back may have done so.
  const isServed = () => scene.hears('music', since) || scene.hears('operator', since)
  await scene.until(() => scene.caller.isOver || isServed(), 'music at the caller')
}

async function answer(scene: Scene, { play }: Given): Promise<void> {
  const { operator } = scene
  await hearsSomething(scene)
  if (scene.caller.isOver) return
  if (!operator.reconnects) await operator.comeBack()
  // Declined or missed a moment ago: somebody else is asked first.
  const isPassed = play.input === 'declined' || (play.state === 'offered' && play.input === 'timer')
  if (isPassed) return hangUp(scene)
  await operator.goAvailable()
  await operator.until(view => view.offer !== null || view.active !== null, 'an offer after the stroke')
  if (operator.view.active === null) await acceptIfPossible(scene)
}

/** A line that died a moment ago, of which the page has not been told yet: refused in words, and the call rings on. */
async function acceptIfPossible({ operator }: Scene): Promise<void> {
  await operator.accept().catch(error => {
    if (!String(error).includes('operator.no-line')) throw error
  })
}

async function endTalk(scene: Scene, { turn }: Given): Promise<void> {
  await scene.untilTalking()
  if (turn % 2 === 0) return hangUp(scene)
  scene.operatorHungUp = true
  await scene.operator.hangUp()
  expect(await scene.caller.ended, `${scene.name}: what the caller saw`).toEqual({ by: 'them' })
}

async function hangUp(scene: Scene): Promise<void> {
  expect(await scene.hangUp(), `${scene.name}: hanging up`).toEqual({ by: 'us' })
}

/** Two people who talk notice nothing of it. */
async function expectNoGap(scene: Scene, { round }: Given): Promise<void> {
  const isStill = async () =>
    scene.operator.reconnects && !scene.caller.isOver && (await scene.status()) === 'connected'
  if (!(await isStill())) return
  await scene.untilTalking()
  const from = round.struckAt - 100
  const to = performance.now()
  const gaps = {
    atCaller: longestGap(scene.caller.stream.received, 'operator', from, to),
    atOperator: longestGap(scene.operator.stream.received, 'caller', from, to),
  }
  expect(
    Math.max(gaps.atCaller, gaps.atOperator),
    `${scene.name}: ${JSON.stringify(gaps)}`,
  ).toBeLessThanOrEqual(fewFrames)
}
