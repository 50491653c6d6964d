import type { TestGateway } from '../harness/gateway.ts'
import type { Hold } from '../harness/hold.ts'
import { expectTrueEnding } from './ending.ts'
import { goOn } from './go-on.ts'
import { type Lane, seeAnew, startAfresh } from './lane.ts'
import { expectNothingLeft } from './nothing-left.ts'
import { cannotWait, type Play, type Round } from './plays.ts'
import { Scene, type Stage } from './scene.ts'

/** States that end by themselves within seconds: brought about last. */
const fleeting: ReadonlySet<string> = new Set(['flow', 'leaving'])

type Actor = { play: Play; scene: Scene; hold: Hold | undefined; caused: Promise<unknown> }

/** Brings calls into their states, causes the inputs, kills the target exactly there, and follows every call to its end. */
export async function playRound(gateway: TestGateway, lanes: readonly Lane[], round: Round): Promise<void> {
  const actors = round.plays.map((play, index): Actor => {
    const name = `${play.state} · ${play.input}`
    const scene = new Scene({ gateway, lane: lanes[index]!, name })
    return { play, scene, hold: undefined, caused: Promise.resolve() }
  })
  try {
    const blowAt = await stand(gateway, actors, round)
    const struckAt = await strike(gateway, actors, { ...round, blowAt })
    await followAll(gateway, actors, { ...round, struckAt })
  } catch (error) {
    // Whatever failed must not hold up the rounds that follow, and is the failure to be told.
    await cleanUp(gateway, actors).catch(() => undefined)
    throw error
  }
}

async function cleanUp(gateway: TestGateway, actors: readonly Actor[]): Promise<void> {
  for (const { hold } of actors) hold?.release()
  const lanes = actors.map(({ scene }) => scene.lane)
  await startAfresh(gateway, lanes)
  await Promise.allSettled(actors.map(({ scene }) => scene.abandon()))
}

/** Resolves when every call is where it is struck, with when a first blow fell (ms since the epoch; 0: there was none). */
async function stand(gateway: TestGateway, actors: Actor[], round: Round): Promise<number> {
  if (round.shared) return standTogether(gateway, actors, round)
  if (round.moment === 'at rest') await standStill(actors)
  else await Promise.all(actors.map(actor => standAlone(gateway, actor, round)))
  return 0
}

/** Each call is brought into its state. */
async function standStill(actors: Actor[]): Promise<void> {
  await Promise.all(actors.map(({ scene, play }) => scene.begin(play.scenario.terms ?? {})))
  for (const isLast of [false, true]) {
    const some = actors.filter(({ play }) => fleeting.has(play.state) === isLast)
    await Promise.all(some.map(({ scene, play }) => scene.bringTo(play.state as Stage)))
  }
}

/** Each call has a cause of its own. */
async function standAlone(gateway: TestGateway, actor: Actor, round: Round): Promise<void> {
  const { scene, play } = actor
  // Control sends it 200 ms after the INVITE (RFC 3261 §17.2.1), and is not killed sooner on every machine.
  scene.losesTrying = cannotWait(play, round.target, round.moment)
  await scene.begin(play.scenario.terms ?? {})
  await scene.bringTo(play.scenario.from ?? (play.state as Stage))
  arm(gateway, actor, round)
  const { cause } = play.scenario
  if (typeof cause === 'function') actor.caused = Promise.resolve(cause(scene)).catch(() => undefined)
  await actor.hold!.reached()
}

/** One blow reaches all calls. Resolves with when it fell, ms since the epoch. */
async function standTogether(gateway: TestGateway, actors: Actor[], round: Round): Promise<number> {
  await standStill(actors)
  for (const actor of actors) arm(gateway, actor, round)
  if (round.shared === 'worker killed') await gateway.kill('worker 0')
  if (round.shared === 'control killed') await gateway.kill('control')
  const diedAt = Date.now()
  for (const { scene, play } of actors) play.scenario.meanwhile?.(scene)
  if (round.shared === 'gateway stopped') gateway.beginStop()
  await Promise.all(actors.map(reachedOrOver))
  return diedAt
}

/**
 * A goodbye goes on while control is away: it may be over before the next control has taken the call up. That control says so to the
 * telephone when it has taken up all calls, and so not while others are held.
 */
function reachedOrOver({ hold, scene, play }: Actor): Promise<unknown> {
  const reached = hold!.reached()
  if (!fleeting.has(play.state)) return reached
  const isOver = async () => scene.caller.isOver || (await scene.status()) === 'ended'
  return Promise.race([reached, scene.until(isOver, 'the moment or the end')])
}

function arm(gateway: TestGateway, actor: Actor, round: Round): void {
  const { state, input } = actor.play
  actor.hold = gateway.hold(`${round.moment}|${state}|${input}`, actor.scene.lane.number)
}

async function strike(
  gateway: TestGateway,
  actors: Actor[],
  round: Round & { blowAt: number },
): Promise<number> {
  const struckAt = performance.now()
  const pid = await gateway.killWhenUp(round.target)
  let controlDiedAt = round.target === 'control' ? Date.now() : round.blowAt
  for (const { hold } of actors) hold?.release()
  if (round.shared === 'gateway stopped') {
    await gateway.stopped()
    controlDiedAt = Date.now()
    await gateway.start()
  } else {
    await gateway.restarted(round.target, pid)
    // The first blow may be the slower one to recover from.
    await gateway.ready()
  }
  const isNewControl =
    round.target === 'control' || round.shared === 'gateway stopped' || round.shared === 'control killed'
  if (isNewControl)
    await seeAnew(
      actors.map(actor => actor.scene.lane),
      controlDiedAt,
    )
  return struckAt
}

async function followAll(
  gateway: TestGateway,
  actors: Actor[],
  round: Round & { struckAt: number },
): Promise<void> {
  const results = await Promise.allSettled(
    actors.map(async ({ play, scene, caused }, turn) => {
      await caused
      await goOn(scene, { play, round, turn })
      await expectTrueEnding(scene, { play, round })
    }),
  )
  const failed = results.flatMap(result =>
    result.status === 'rejected' ? [String(result.reason?.message ?? result.reason)] : [],
  )
  if (failed.length > 0) throw new Error(failed.join('\n'))
  await expectNothingLeft(gateway)
}
