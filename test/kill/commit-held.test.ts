import { encodeG711 } from '@ringdown/media'
import { createTwilioStandIn, type TwilioStandIn } from '@ringdown/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { holdCommits } from './commit-held.ts'
import { closeLanes, type Lane, openLanes } from './lane.ts'
import { countHeard } from './marked-speech.ts'
import { Scene } from './scene.ts'

let gateway: TestGateway
let lanes: Lane[]
let twilio: TwilioStandIn
let scene: Scene

beforeAll(async () => {
  twilio = await createTwilioStandIn({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'demo-twilio-token' })
  gateway = await startGateway({ env: { TWILIO_API_BASE: twilio.apiBase } })
  lanes = await openLanes(gateway, 1)
})

beforeEach(async () => {
  scene = new Scene({ gateway, lane: lanes[0]!, name: 'COMMIT held back' })
  await scene.begin({ wrap_up_s: 1 })
})

afterAll(async () => {
  await closeLanes(lanes ?? [])
  await twilio?.close()
  await gateway?.close()
})

/** What is caused, what must not be seen before the commit, and what must be seen after it. */
async function heldBack(order: {
  cause: () => Promise<unknown>
  before: () => unknown
  after: () => unknown
}): Promise<void> {
  const commits = await holdCommits(gateway)
  const caused = order.cause()
  try {
    await commits.entryWaits()
    await order.before()
  } finally {
    await commits.release()
  }
  await caused
  await order.after()
}

const heardByCaller = (sound: 'operator' | 'music', since: number) =>
  countHeard(scene.caller.stream.received, sound, since)

describe('while COMMIT is held back, nothing leaves the process; then it goes on', () => {
  test('a caller is not answered', async () => {
    await heldBack({
      cause: () => scene.call(),
      before: async () => {
        // RFC 3261 §17.2.1: whoever waits longer than 200 ms is told that the INVITE has come, and that is all.
        await scene.until(() => scene.caller.statuses.length > 0, 'word that the INVITE has come')
        expect(scene.caller.statuses).toEqual([100])
      },
      after: () => scene.caller.answered,
    })
    await scene.caller.hangUp()
  })

  test('a caller who hangs up while it rings is not told that it is over', async () => {
    await scene.bringTo('queued')
    await heldBack({
      cause: () => scene.caller.hangUp(),
      before: () => expect(scene.caller.isOver).toBe(false),
      after: async () => expect(await scene.caller.ended).toEqual({ by: 'us' }),
    })
  })

  test('an operator who accepts is joined to nobody, and sees no call', async () => {
    await scene.bringTo('offered')
    const since = performance.now()
    await heldBack({
      cause: () => scene.operator.accept(),
      before: () => {
        expect(scene.operator.view.active).toBeNull()
        expect(heardByCaller('operator', since)).toBe(0)
      },
      after: () => scene.untilTalking(),
    })
    await scene.caller.hangUp()
  })

  test('a hold leaves two people talking, and an end does too', async () => {
    await scene.bringTo('connected')
    await heldBack({
      cause: () => scene.operator.hold(),
      before: () => expect(scene.operator.view.active?.state).toBe('connected'),
      after: () => scene.until(() => scene.hears('music', performance.now() - 200), 'music'),
    })
    await scene.operator.resume()
    await scene.untilTalking()
    await heldBack({
      cause: () => scene.operator.hangUp(),
      before: () => {
        expect(scene.caller.isOver).toBe(false)
        expect(scene.operator.view.active?.state).toBe('connected')
      },
      after: async () => expect(await scene.caller.ended).toEqual({ by: 'them' }),
    })
  })

  test('Twilio gets no instructions', async () => {
    const commits = await holdCommits(gateway)
    const call = twilio.call({
      voiceUrl: `${gateway.url}/carriers/twilio/voice`,
      from: '+15559001234',
      to: '+15550100',
      audio: encodeG711('PCMU', new Int16Array(160)),
    })
    await commits.entryWaits()
    expect(call.log.of('answered')).toEqual([])
    await commits.release()
    await call.waitFor('media')
    call.hangUp()
    await call.ended
  })
})
