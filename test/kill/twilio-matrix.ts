import { createTwilioStandIn, type TwilioStandIn } from '@ringdown/testkit'
import { afterAll, beforeAll, describe, test } from 'vitest'
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
    test('in every state', () => play({ ...round, plays: playsAtRest, moment: 'at rest' }))

    test.each(moments)('%s, as the stream comes, breaks and comes back in every state', moment =>
      play({ ...round, plays: playsOfStream, moment }),
    )
  })
}

/** Kill -9 of two controls in a row: the second dies over a stream that came back after the first. */
export function testTwilioTwice(): void {
  const play = withLanes(playsOfResumed.length)
  const round = { target: 'control', shared: 'control killed', plays: playsOfResumed } as const

  test.each(moments)('Twilio, two controls in a row, %s, as the stream comes back in every state', moment =>
    play({ ...round, moment }),
  )
}

/** One gateway for the tests of a file. */
function withLanes(count: number): (round: Round) => Promise<void> {
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

  return round => playRound(gateway, lanes, round)
}
