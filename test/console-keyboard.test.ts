import { createSipPhone, type SipCall, type SipPhone } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Page, prepareConsole, startBrowser, type TestBrowser } from './harness/browser.ts'
import { callerNumber } from './harness/callers.ts'
import { active, incoming } from './harness/console-call.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { focusOf, tabTo } from './harness/keyboard.ts'
import { operatorWav, speech } from './harness/speech.ts'

// FEATURES OP-9: an operator who has no mouse. One shift, from test to test, and nothing but keys.

let gateway: TestGateway
let browser: TestBrowser
let phone: SipPhone
let page: Page
let made: SipCall | undefined

beforeAll(async () => {
  gateway = await startGateway()
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0, ring_s = 60')
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await prepareConsole(page)
  await page.goto(gateway.url)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
})

afterEach(() => made?.hangUp())

afterAll(async () => {
  await browser?.close()
  await phone?.close()
  await gateway?.close()
})

const key = (name: string) => page.keyboard.press(name)
const says = (text: string) => active(page).getByText(text, { exact: true }).waitFor()
const button = (name: string) => page.getByRole('button', { name, exact: true })

async function pressByKey(name: string): Promise<void> {
  await tabTo(page, name)
  await key('Enter')
}

async function ring(): Promise<SipCall> {
  made = await phone.call({ to: '+15550100', from: callerNumber(418), says: speech.caller, loop: true })
  await made.answered
  await incoming(page).waitFor()
  return made
}

const focusIs = (role: string, name: string | RegExp) =>
  expect.poll(() => focusOf(page)).toMatchObject({ role, name: expect.stringMatching(name) })

test('signs in', async () => {
  await tabTo(page, 'Email')
  await page.keyboard.type('operator@demo.test')
  await tabTo(page, 'Password')
  await page.keyboard.type('ringdown-demo')
  await key('Enter')
  await button('Go available').waitFor()
})

test('skips what stands on every page', async () => {
  await tabTo(page, 'Skip to content')
  await key('Enter')
  await key('Tab')
  expect(await focusOf(page)).toMatchObject({ name: 'Go available', isVisible: true })
})

test('goes available', async () => {
  await key('Enter')
  await page.getByText('Audio line tested and ready').waitFor()
  await focusIs('section', 'Your status')
})

test('is led into the dialog of a call that rings, cannot leave it by Tab, and is led back after a “no”', async () => {
  await tabTo(page, 'Take a break')
  const call = await ring()
  await focusIs('dialog', 'Incoming call')
  for (const name of ['Accept', 'Decline', 'Accept', 'Decline']) {
    await key('Tab')
    expect(await focusOf(page)).toMatchObject({ name, isVisible: true })
  }
  await key('Escape')
  expect(await incoming(page).isVisible(), 'Escape is no answer').toBe(true)
  await key('Enter')
  await incoming(page).waitFor({ state: 'detached' })
  await focusIs('section', 'Your status')
  await call.hangUp()
  await pressByKey('Take a break')
  await page.getByRole('heading', { name: 'On a break' }).waitFor()
  await focusIs('section', 'Your status')
  await pressByKey('Go available')
  await page.getByText('Audio line tested and ready').waitFor()
  await focusIs('section', 'Your status')
})

test('is led back to where they were when the caller gives up', async () => {
  await tabTo(page, 'Settings')
  const call = await ring()
  await focusIs('dialog', 'Incoming call')
  await call.hangUp()
  await incoming(page).waitFor({ state: 'detached' })
  await focusIs('button', 'Settings')
})

test('opens the settings and is led back to where they were opened', async () => {
  await tabTo(page, 'Settings')
  await key('Enter')
  await page.getByRole('dialog', { name: 'Settings' }).waitFor()
  await key('Escape')
  await focusIs('button', 'Settings')
})

test('accepts, holds, resumes, mutes and hangs up, and always stands where the next step is', async () => {
  const call = await ring()
  await pressByKey('Accept')
  await active(page).waitFor()
  await focusIs('section', 'Active call')
  await pressByKey('Hold')
  await says('On hold: the caller hears music')
  await focusIs('button', 'Resume')
  await key('Enter')
  await says('Connected')
  await focusIs('button', 'Hold')
  await key('Shift+Tab')
  await key('Enter')
  await says('You are muted: the caller cannot hear you.')
  await focusIs('button', 'Unmute')
  await key('Enter')
  await pressByKey('Hang up')
  expect(await call.ended).toEqual({ by: 'them' })
  await focusIs('section', 'Your status')
})

test('does the same by single letters', async () => {
  const call = await ring()
  // So that a letter typed into something else is no answer, the dialog takes none in its first moments.
  await expect
    .poll(async () => {
      await key('a')
      return active(page).isVisible()
    })
    .toBe(true)
  await key('h')
  await says('On hold: the caller hears music')
  await key('h')
  await says('Connected')
  await key('m')
  await says('You are muted: the caller cannot hear you.')
  await key('k')
  await active(page).getByText('Keys sound at the caller’s end. Your keyboard works too.').waitFor()
  await key('5')
  await active(page).getByLabel('Digits sent').getByText('5').waitFor()
  await call.hangUp()
  await active(page).waitFor({ state: 'detached' })
})
