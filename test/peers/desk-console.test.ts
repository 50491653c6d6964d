import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSipPhone, type SipPhone } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Baresip, startBaresip } from '../harness/baresip.ts'
import { type Page, signIn, startBrowser, type TestBrowser } from '../harness/browser.ts'
import { callerNumber } from '../harness/callers.ts'
import { active, incoming, press } from '../harness/console-call.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { signInMember } from '../harness/member.ts'
import { operatorWav, speech } from '../harness/speech.ts'

// The page of an operator who answers with a desk phone (FEATURES RT-10): Chromium steers what is said into baresip.

const email = 'operator@demo.test'

let folder: string
let gateway: TestGateway
let browser: TestBrowser
let page: Page
let caller: SipPhone
let desk: Baresip
/** How often the page asked for the microphone. */
let asked = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ringdown-desk-console-'))
  gateway = await startGateway({ env: { RINGDOWN_SIP_DIGEST: 'MD5' } })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await page.exposeFunction('microphoneAsked', () => {
    asked += 1
  })
  await page.addInitScript(() => {
    const devices = navigator.mediaDevices
    const open = devices.getUserMedia.bind(devices)
    devices.getUserMedia = constraints => {
      ;(window as unknown as { microphoneAsked(): void }).microphoneAsked()
      return open(constraints)
    }
  })
  await signIn(page, { url: gateway.url.replace('127.0.0.1', 'localhost'), email })
  caller = await createSipPhone({
    server: { host: '127.0.0.1', port: gateway.sipPort },
    address: '127.0.0.9',
  })
})

afterEach(() => desk?.stop())

afterAll(async () => {
  await caller?.close()
  await browser?.close()
  await gateway?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A new desk phone of the operator's that registers, and rings until it is picked up by a command. */
async function plugIn(): Promise<void> {
  const member = await signInMember(gateway, email)
  const { device, password } = await member.addPhone('Desk')
  desk = await startBaresip({
    home: join(folder, device.username),
    account: [
      `<sip:${device.username}@127.0.0.1:${gateway.sipPort};transport=udp>`,
      `auth_pass=${password};regint=60;answermode=manual;audio_codecs=PCMU/8000/1`,
    ].join(';'),
    says: speech.operator,
    isRemote: true,
    seconds: 180,
  })
  await desk.said(/200 OK .*\[1 binding\]/)
}

const call = () => caller.call({ to: '+15550100', from: callerNumber(230), says: speech.caller, loop: true })
const choice = (name: string) => page.getByRole('radio', { name })
const button = (name: string) => page.getByRole('button', { name, exact: true })
const missing = () => page.getByText('Your desk phone is not registered')

test('who has no telephone is not asked; who has one chooses it, and goes available without a microphone', async () => {
  expect(await choice('Desk phone').count()).toBe(0)
  await plugIn()
  await choice('Desk phone').press('Space')
  await page.getByText('Desk phone registered and ready').waitFor()
  await press(page, 'Go available')
  await page.getByText('Calls ring at your desk phone').waitFor()
  await desk.stop()
  await missing().waitFor()
  expect(asked).toBe(0)
})

test('a call is picked up at the desk, never accepted on the page, and held, resumed and ended there', async () => {
  await plugIn()
  await missing().waitFor({ state: 'detached' })
  const made = await call()
  await incoming(page).getByText('Pick up your desk phone').waitFor()
  expect(await incoming(page).getByRole('button').allInnerTexts()).toEqual([
    expect.stringMatching(/^Decline/),
  ])
  expect(await page.locator('fieldset:disabled').count()).toBe(1)
  await desk.said(/Incoming call from/i)
  desk.command('accept', '')
  await active(page).getByText('On your desk phone').waitFor()
  await press(page, 'Hold')
  await button('Resume').click()
  await active(page).getByText('Connected', { exact: true }).waitFor()
  expect(await button('Mute').count()).toBe(0)
  await press(page, 'Hang up')
  expect(await made.ended).toEqual({ by: 'them' })
  await active(page).waitFor({ state: 'detached' })
  expect(asked).toBe(0)
})

test('declining on the page silences the telephone', async () => {
  await plugIn()
  await missing().waitFor({ state: 'detached' })
  const made = await call()
  await desk.said(/Incoming call from/i)
  await press(page, 'Decline')
  await desk.said(/session closed|cancel/i)
  await made.hangUp()
})

test('with no page open the telephone rings all the same, and a page that is opened then shows the call', async () => {
  await plugIn()
  await missing().waitFor({ state: 'detached' })
  await page.goto('about:blank')
  const made = await call()
  await desk.said(/Incoming call from/i)
  desk.command('accept', '')
  await page.goBack()
  await active(page).getByText('On your desk phone').waitFor()
  expect(await made.hangUp()).toEqual({ by: 'us' })
  await active(page).waitFor({ state: 'detached' })
})

test('back to the browser while available: the microphone is asked for, and the line is opened and tested', async () => {
  await choice('Browser').press('Space')
  await page.getByText('Audio line tested and ready').waitFor()
  expect(asked).toBe(1)
  await missing().waitFor({ state: 'detached' })
})
