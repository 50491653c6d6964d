import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAlive, startGateway, type TestGateway } from '../harness/gateway.ts'
import { mediaPortsBound } from '../harness/media-ports.ts'
import { closeLanes, type Lane, openLanes, seeAnew } from './lane.ts'
import { Scene } from './scene.ts'

let gateway: TestGateway
let lanes: Lane[]

beforeAll(async () => {
  gateway = await startGateway()
  lanes = await openLanes(gateway, 2)
})

afterAll(async () => {
  await closeLanes(lanes ?? [])
  await gateway?.close()
})

const pids = () => Object.values(gateway.children()).map(child => child.pid)

async function untilGone(processes: number[]): Promise<void> {
  await expect.poll(() => processes.filter(isAlive)).toEqual([])
}

async function talkAndWait(): Promise<[Scene, Scene]> {
  const [talk, queue] = lanes.map(lane => new Scene({ gateway, lane, name: 'the supervisor is killed' }))
  await talk!.begin({})
  await queue!.begin({})
  await talk!.bringTo('connected')
  await queue!.bringTo('queued')
  return [talk!, queue!]
}

test('kill -9 of the supervisor: every call ends properly, nothing is left behind, and the next start is whole', async () => {
  const [talk, queue] = await talkAndWait()
  const processes = pids()
  await gateway.kill('supervisor')
  expect(await talk.caller.ended).toEqual({ by: 'them' })
  expect(await queue.caller.ended).toEqual({ by: 'them' })
  await untilGone(processes)
  expect(mediaPortsBound(gateway)).toEqual([])
  const goneAt = Date.now()
  await gateway.start()
  await seeAnew(lanes, goneAt)
  for (const scene of [talk, queue]) {
    await scene.until(async () => (await scene.rows.records())[0]?.legs === 0, 'its leg to be settled')
    expect(await scene.rows.records()).toMatchObject([{ status: 'ended', reason: 'shutdown', open: 0 }])
  }
  for (const { operator } of lanes) {
    await operator.goAvailable()
    await operator.command({ type: 'take a break' })
  }
})

test('kill -9 of supervisor and control at once: nothing is left behind, and the next start goes on with the calls', async () => {
  const [talk, queue] = await talkAndWait()
  const processes = pids()
  const killed = Promise.all([gateway.kill('supervisor'), gateway.kill('control')])
  await killed
  await untilGone(processes)
  expect(mediaPortsBound(gateway)).toEqual([])
  const goneAt = Date.now()
  await gateway.start()
  await seeAnew(lanes, goneAt)
  const since = performance.now()
  await queue.until(() => queue.hears('music', since), 'music')
  await talk.untilTalking()
  talk.operatorHungUp = true
  await talk.operator.hangUp()
  expect(await talk.caller.ended).toEqual({ by: 'them' })
  await queue.caller.hangUp()
  await talk.operator.command({ type: 'take a break' })
  for (const [scene, reason] of [
    [talk, 'hung-up-by-operator'],
    [queue, 'abandoned'],
  ] as const) {
    await scene.untilStatus('ended')
    await scene.until(async () => (await scene.rows.records())[0]?.legs === 0, 'its leg to be settled')
    expect(await scene.rows.records()).toMatchObject([{ reason, open: 0 }])
  }
})

test('an orderly stop leaves no process and no port, and the next start is whole', async () => {
  const processes = pids()
  expect(await gateway.stop()).toBe(0)
  expect(processes.filter(isAlive)).toEqual([])
  expect(mediaPortsBound(gateway)).toEqual([])
  const goneAt = Date.now()
  await gateway.start()
  await seeAnew(lanes, goneAt)
})
