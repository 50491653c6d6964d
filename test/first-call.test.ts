import { decodeG711, encodeG711 } from '@ringdown/media'
import {
  createSipPhone,
  createTwilioStandIn,
  type SipCall,
  type SipPhone,
  TestOperator,
} from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Page, signIn, startBrowser, type TestBrowser } from './harness/browser.ts'
import { callerNumber } from './harness/callers.ts'
import { accept, goAvailable, listen, press, recover } from './harness/console-call.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { eventually } from './harness/heard.ts'
import { expectHeard, operatorWav, speech } from './harness/speech.ts'

const talkMs = 20_000
const from = callerNumber(0)
const to = '+15550100'

let gateway: TestGateway
let browser: TestBrowser
let page: Page
let twilio: Awaited<ReturnType<typeof createTwilioStandIn>>
let phone: SipPhone | undefined

beforeAll(async () => {
  twilio = await createTwilioStandIn({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'demo-twilio-token' })
  gateway = await startGateway({ env: { TWILIO_API_BASE: twilio.apiBase } })
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await signIn(page, { url: gateway.url, email: 'operator@demo.test' })
})

afterAll(async () => {
  await browser?.close()
  await twilio?.close()
  await gateway?.close()
})

const callIn = async (transport: 'udp' | 'tcp') => {
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort }, transport })
  return phone
}

afterEach(async () => {
  await phone?.close()
  phone = undefined
})

test('where both ends speak PCMU, every payload byte arrives as it was sent, 0x7F and 0xFF included', async () => {
  const operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'operator2@demo.test',
    password: 'ringdown-demo',
  })
  await operator.goAvailable()
  const everyByte = Uint8Array.from({ length: 160 * 8 }, (_, i) => i % 256)
  const call = await (await callIn('udp')).call({ to, from, says: everyByte, loop: true })
  operator.says(everyByte.toReversed(), { loop: true })
  await operator.accept()
  const frames = (bytes: Uint8Array) =>
    new Set(
      Array.from({ length: 8 }, (_, i) =>
        Buffer.from(bytes.subarray(i * 160, i * 160 + 160)).toString('hex'),
      ),
    )
  const [saidByCaller, saidByOperator] = [frames(everyByte), frames(everyByte.toReversed())]
  const [atOperator, atCaller] = await Promise.all([
    heardOnceJoined(() => operator.stream.received, saidByCaller),
    heardOnceJoined(() => call.stream.received, saidByOperator),
  ])
  await operator.hangUp()
  await call.ended
  await operator.command({ type: 'go offline' })
  operator.close()
  expect(atOperator).toEqual(saidByCaller)
  expect(atCaller).toEqual(saidByOperator)
})

/** All the different frames of a second and a half, from when the first that was said is there; as hex. */
async function heardOnceJoined(
  received: () => SipCall['stream']['received'],
  said: ReadonlySet<string>,
): Promise<Set<string>> {
  const heard = (since: number) =>
    received()
      .filter(({ at }) => at > since)
      .map(({ payload }) => Buffer.from(payload).toString('hex'))
  await eventually('a frame of the other end', () => heard(0).some(frame => said.has(frame)))
  const joinedAt = performance.now()
  await eventually('a second and a half of it', () => heard(joinedAt).length >= 75)
  return new Set(heard(joinedAt))
}

// Real time in a real browser: a machine that stalls for more than the 80 ms of the alignment spoils a run.
describe('a telephone rings in a browser, and two people hear each other', { retry: 2 }, () => {
  beforeAll(() => goAvailable(page))
  afterEach(() => recover(page))

  test.each(['udp', 'tcp'] as const)('a SIP telephone over %s', async transport => {
    const call = await (await callIn(transport)).call({ to, from, says: speech.caller, loop: true })
    await accept(page)
    const talk = await listen(page, talkMs)
    const callerHeard = call.heard(talk.from).samples.subarray(0, talkMs * 8)
    await press(page, 'Hang up')
    expect(await call.ended).toEqual({ by: 'them' })
    expectHeard({ sent: speech.operator, heard: callerHeard, own: speech.caller, loops: true })
    expectHeard({ sent: speech.caller, heard: talk.heard, own: speech.operator, loops: true })
  })

  test('a Twilio number', async () => {
    const call = twilio.call({
      voiceUrl: `${gateway.url}/carriers/twilio/voice`,
      statusUrl: `${gateway.url}/carriers/twilio/voice/status`,
      from,
      to,
      audio: encodeG711('PCMU', speech.caller),
      loop: true,
    })
    await accept(page)
    const talk = await listen(page, talkMs)
    const sinceThen = Math.round((performance.now() - talk.from) * 8)
    const callerHeard = decodeG711('PCMU', call.heard())
      .subarray(-sinceThen)
      .subarray(0, talkMs * 8)
    call.hangUp()
    await call.ended
    expectHeard({ sent: speech.operator, heard: callerHeard, own: speech.caller, loops: true })
    expectHeard({ sent: speech.caller, heard: talk.heard, own: speech.operator, loops: true })
  })
})
