import { createTwilioStandIn, type TwilioStandIn } from '@ringdown/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { closeLanes } from './lane.ts'
import { moments, type Round, type Target } from './plays.ts'
import { playRound } from './round.ts'
import { masterKey, openTwilioLanes, type TwilioLane, twilioToken } from './twilio-lane.ts'
import { playsAtRest, playsOfResumed, playsOfStream } from './twilio-scenarios.ts'

/** Kill -9 of one process in every state of a call that came through Twilio; all calls die by one stroke, each in an organization of its own. */
export function testTwilioMatrix(target: Target): void {
  const play = withLanes(playsOfStream.length)
  const round = { target, shared: undefined }

  describe(`Twilio, kill -9 of the ${target}`, () => {
    test('in every state', async () => {
      const lanes = await play({ ...round, plays: playsAtRest, moment: 'at rest' })
      // Streams are the worker's: while others are away, nobody is asked to open another one.
      const streams = lanes.map(({ phone }) => phone.streams)
      if (target !== 'worker 0') expect(streams).toEqual(playsAtRest.map(() => 1))
    })

    test.each(moments)(
      '%s, as the call comes, and its stream comes, breaks and comes back in every state',
      async moment => void (await play({ ...round, plays: playsOfStream, moment })),
    )

    if (target !== 'control') return
    test.each(firstMoments)('two in a row: %s, as the stream comes back in every state', async moment => {
      await play({ target, plays: playsOfResumed, moment, shared: 'control killed' })
    })
  })
}

/** Whoever dies after the effects dies at rest, which has a round of its own. */
const firstMoments = moments.filter(moment => moment !== 'after effects')

/** One gateway for the tests of a file. Rounds resolve with the lanes that they were played in. */
function withLanes(count: number): (round: Round) => Promise<TwilioLane[]> {
  let gateway: TestGateway
  let twilio: TwilioStandIn
  let lanes: TwilioLane[]

  beforeAll(async () => {
    twilio = await createTwilioStandIn({ accountSid: `AC${'0'.repeat(32)}`, authToken: twilioToken })
    gateway = await startGateway({ env: { TWILIO_API_BASE: twilio.apiBase, RINGDOWN_MASTER_KEY: masterKey } })
    lanes = await openTwilioLanes({ gateway, twilio, count })
  })

  afterAll(async () => {
    await closeLanes(lanes ?? [])
    await twilio?.close()
    await gateway?.close()
  })

  return async round => {
    await playRound(gateway, lanes, round)
    return lanes.slice(0, round.plays.length)
  }
}
