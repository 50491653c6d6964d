import { encodeG711 } from '@ringdown/media'
import { createTwilioStandIn, type TwilioStandIn } from '@ringdown/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAdministrator } from '../harness/administrator.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { takeDatabaseAway } from './database-away.ts'
import { closeLanes, type Lane, openLanes } from './lane.ts'
import { longestGap } from './marked-speech.ts'
import { Scene } from './scene.ts'

let gateway: TestGateway
let lanes: Lane[]
let twilio: TwilioStandIn

beforeAll(async () => {
  twilio = await createTwilioStandIn({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'demo-twilio-token' })
  gateway = await startGateway({ env: { TWILIO_API_BASE: twilio.apiBase } })
  lanes = await openLanes(gateway, 3)
})

afterAll(async () => {
  await closeLanes(lanes ?? [])
  await twilio?.close()
  await gateway?.close()
})

test('without its database the gateway goes on with every call that it has, and takes no new one', async () => {
  const [talk, ring, fresh] = lanes.map(lane => new Scene({ gateway, lane, name: 'the database is away' }))
  for (const scene of [talk!, ring!, fresh!]) await scene.begin({ wrap_up_s: 1 })
  await talk!.bringTo('connected')
  await ring!.bringTo('offered')
  const twilioCall = (callerNumber: string) =>
    twilio.call({
      voiceUrl: `${gateway.url}/carriers/twilio/voice`,
      from: callerNumber,
      to: '+15550100',
      audio: encodeG711('PCMU', new Int16Array(160)),
    })
  const administrator = await signInAdministrator(gateway)
  const from = performance.now()
  const database = await takeDatabaseAway(gateway)

  // Two people talk on, and a caller who waits hears music on.
  await talk!.untilTalking()
  expect(longestGap(talk!.caller.stream.received, 'operator', from, performance.now())).toBeLessThanOrEqual(5)
  expect(longestGap(talk!.operator.stream.received, 'caller', from, performance.now())).toBeLessThanOrEqual(5)
  const since = performance.now()
  await ring!.until(() => ring!.hears('music', since), 'music')

  // Who has whom only the database can say.
  const { offer } = ring!.operator.view
  const accepted = await ring!.operator.tryCommand({ type: 'accept', call: offer!.call })
  expect(accepted).toMatchObject({ ok: false, error: { code: 'gateway.database-away' } })
  const later = performance.now()
  await ring!.until(() => ring!.hears('music', later), 'music after the refused accept')

  // Pages are told, whatever they ask, and the log is not filled with failures of requests.
  await expect(administrator.trunk('any')).rejects.toThrow(/ 503 .*gateway\.database-away/)
  expect(gateway.log()).not.toContain('a request failed')

  // New callers are told.
  await fresh!.call()
  expect(await fresh!.caller.ended).toEqual({ by: 'refusal', status: 503 })
  const apologized = twilioCall('+15559001234')
  expect(await apologized.ended).toMatchObject({ by: 'instructions' })
  expect(apologized.log.said()).not.toEqual([])

  // The end reaches the telephone although no record can be written yet; nobody is rung meanwhile.
  talk!.operatorHungUp = true
  await talk!.operator.hangUp()
  expect(await talk!.caller.ended).toEqual({ by: 'them' })
  await ring!.operator.decline()
  await ring!.lane.second.command({ type: 'quality', report: noQuality })
  expect(ring!.lane.second.view.offer).toBeNull()

  await database.back()
  await talk!.until(
    async () => (await talk!.rows.records())[0]?.reason === 'hung-up-by-operator',
    'the late record',
  )
  const late = await gateway.sql<{ late: boolean }>(
    `select e.late from calls.entries e join calls.calls c on c.id = e.call
     where c.organization = $1 and e.state ->> 'type' = 'wrapping'`,
    [talk!.lane.organization],
  )
  expect(late).toEqual([{ late: true }])

  // The caller who stayed is answered after all.
  await ring!.lane.second.goAvailable()
  await ring!.lane.second.accept()
  const joined = performance.now()
  await ring!.until(() => ring!.hears('operator', joined), 'the second operator')
  await ring!.caller.hangUp()
  await ring!.until(async () => (await ring!.rows.records())[0]?.reason === 'hung-up-by-caller', 'the record')
  expect(await fresh!.rows.records()).toEqual([])
})

const noQuality = { roundTripMs: null, jitterMs: null, packetsReceived: 0, packetsLost: 0 }
