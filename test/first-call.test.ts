import { setTimeout as wait } from 'node:timers/promises'
import { decodeG711, encodeG711 } from '@ringdown/media'
import { createSipPhone, createTwilioStandIn, TestOperator } from '@ringdown/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Page, record, signIn, startBrowser, type TestBrowser } from './harness/browser.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { expectHeard, operatorWav, speech } from './harness/speech.ts'

const talkMs = 20_000
const caller = '+15550177'

let gateway: TestGateway
let browser: TestBrowser
let page: Page
let twilio: Awaited<ReturnType<typeof createTwilioStandIn>>

beforeAll(async () => {
  twilio = await createTwilioStandIn({ accountSid: `AC${'0'.repeat(32)}`, authToken: 'demo-twilio-token' })
  gateway = await startGateway({ env: { TWILIO_API_BASE: twilio.apiBase } })
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await signIn(page, { url: gateway.url, email: 'operator@demo.test' })
  await page.getByRole('button', { name: 'Go available' }).click()
  await page.getByText('Audio line tested and ready').waitFor()
})

afterAll(async () => {
  await browser?.close()
  await twilio?.close()
  await gateway?.close()
})

/** Takes the call that rings, and gives what the operator heard while people talked, and since when (ms of `performance.now()`). */
async function takeCall(): Promise<{ operatorHeard: Int16Array; since: number }> {
  await page.getByRole('dialog', { name: 'Incoming call' }).waitFor()
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByRole('region', { name: 'Active call' }).waitFor()
  const recording = await record(page, 8000)
  const since = performance.now()
  await wait(talkMs)
  return { operatorHeard: await recording.stop(), since }
}

async function finishWrapUp(): Promise<void> {
  await page.getByRole('button', { name: 'Go available' }).click()
  await page.getByText('Audio line tested and ready').waitFor()
}

describe('a telephone rings in a browser, and two people hear each other', () => {
  test.each(['udp', 'tcp'] as const)('a SIP telephone over %s', async transport => {
    const phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort }, transport })
    const call = await phone.call({ to: '+15550100', from: caller, says: speech.caller, loop: true })
    await call.answered
    const { operatorHeard, since } = await takeCall()
    const callerHeard = call.heard(since).samples.subarray(0, talkMs * 8)
    expectHeard({ sent: speech.operator, heard: callerHeard, own: speech.caller, loops: true })
    expectHeard({ sent: speech.caller, heard: operatorHeard, own: speech.operator, loops: true })
    await page.getByRole('button', { name: 'Hang up' }).click()
    expect(await call.ended).toEqual({ by: 'them' })
    await phone.close()
    await finishWrapUp()
  })

  test('a Twilio number', async () => {
    const call = twilio.call({
      voiceUrl: `${gateway.url}/carriers/twilio/voice`,
      statusUrl: `${gateway.url}/carriers/twilio/voice/status`,
      from: caller,
      to: '+15550100',
      audio: encodeG711('PCMU', speech.caller),
      loop: true,
    })
    const { operatorHeard, since } = await takeCall()
    const talked = (performance.now() - since) * 8
    const callerHeard = decodeG711('PCMU', call.heard())
      .subarray(-talked)
      .subarray(0, talkMs * 8)
    expectHeard({ sent: speech.operator, heard: callerHeard, own: speech.caller, loops: true })
    expectHeard({ sent: speech.caller, heard: operatorHeard, own: speech.operator, loops: true })
    call.hangUp()
    await call.ended
    await page.getByRole('region', { name: 'Active call' }).waitFor({ state: 'detached' })
    await finishWrapUp()
  })
})

test('where both ends speak PCMU, every payload byte arrives as it was sent, 0x7F and 0xFF included', async () => {
  const operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'operator2@demo.test',
    password: 'ringdown-demo',
  })
  await operator.goAvailable()
  const everyByte = Uint8Array.from({ length: 160 * 8 }, (_, i) => i % 256)
  const phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  const call = await phone.call({ to: '+15550100', from: caller, says: everyByte, loop: true })
  operator.says(everyByte.toReversed(), { loop: true })
  await operator.accept()
  const from = performance.now()
  await wait(2000)
  const payloads = (packets: readonly { at: number; payload: Uint8Array }[]) =>
    packets.filter(p => p.at > from + 500).map(p => Buffer.from(p.payload).toString('hex'))
  const frames = (bytes: Uint8Array) =>
    new Set(
      Array.from({ length: 8 }, (_, i) =>
        Buffer.from(bytes.subarray(i * 160, i * 160 + 160)).toString('hex'),
      ),
    )
  const atOperator = payloads(operator.stream.received)
  const atCaller = payloads(call.stream.received)
  expect(atOperator.length).toBeGreaterThan(50)
  expect(atCaller.length).toBeGreaterThan(50)
  expect(new Set(atOperator)).toEqual(frames(everyByte))
  expect(new Set(atCaller)).toEqual(frames(everyByte.toReversed()))
  await operator.hangUp()
  await call.ended
  operator.close()
  await phone.close()
})
