import { setTimeout as wait } from 'node:timers/promises'
import { compareSpeech, hearsItself, TestOperator } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Page, record, signIn, startBrowser, type TestBrowser } from './harness/browser.ts'
import { freePort } from './harness/free-port.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { startPhonePage, type TestPhonePage } from './harness/phone-page.ts'
import { callerWav, operatorWav, speech } from './harness/speech.ts'

const talkMs = 15_000
const pieceSamples = 3 * 8000

let gateway: TestGateway
let bridge: TestPhonePage
let phonePort: number
let browser: TestBrowser
let phone: Page

beforeAll(async () => {
  phonePort = await freePort()
  gateway = await startGateway({ env: { RINGDOWN_PHONE_PORT: String(phonePort) } })
  bridge = await startPhonePage({ port: phonePort, sipPort: gateway.sipPort })
  browser = await startBrowser({ microphone: callerWav })
})

afterAll(async () => {
  await browser?.close()
  await bridge?.stop()
  await gateway?.close()
})

beforeEach(async () => {
  phone = await openPhone()
})

afterEach(() => phone.close())

async function openPhone(): Promise<Page> {
  const page = await browser.newPage()
  await page.addInitScript(() => localStorage.setItem('ringdown.microphone-processing', 'off'))
  await page.goto(`${gateway.url}/phone`)
  return page
}

const statusOf = (page: Page) => page.getByRole('status')

async function call(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Call', exact: true }).click()
  await statusOf(page).getByText('Connected').waitFor()
}

/** Calls that no side has ended, as the gateway's records have them. */
async function untilNoCallIsOpen(): Promise<void> {
  for (;;) {
    const [row] = await gateway.sql<{ open: string }>(
      'select count(*) as open from calls.calls where ended_at is null',
    )
    if (row?.open === '0') return
    await wait(50)
  }
}

/**
 * Two browsers on one busy machine stretch what they play, by more than one alignment bears: each piece of 3 s finds its
 * own. A piece in which a browser ran dry may be lost.
 */
function expectHeardInPieces(order: { sent: Int16Array; heard: Int16Array; own: Int16Array }): void {
  const { sent, heard, own } = order
  const pieces = Array.from({ length: Math.floor(heard.length / pieceSamples) }, (_, i) =>
    heard.subarray(i * pieceSamples, (i + 1) * pieceSamples),
  )
  const medians = pieces.map(
    piece => compareSpeech({ sent, heard: piece, sampleRate: 8000, loops: true }).median,
  )
  expect(pieces.length).toBeGreaterThanOrEqual(4)
  expect(medians.filter(median => median >= 0.8).length / pieces.length, `${medians}`).toBeGreaterThan(0.6)
  expect(hearsItself({ ownSent: own, heard, sampleRate: 8000 }).hears, 'hears itself').toBe(false)
}

describe('a telephone in a web page, and an operator in another', () => {
  let operators: TestBrowser
  let desk: Page

  beforeAll(async () => {
    operators = await startBrowser({ microphone: operatorWav })
    desk = await operators.newPage()
    await signIn(desk, { url: gateway.url, email: 'operator@demo.test' })
  })

  beforeEach(async () => {
    await desk.getByRole('button', { name: 'Go available' }).click()
    await desk.getByText('Audio line tested and ready').waitFor()
  })

  afterAll(() => operators?.close())

  async function accept(): Promise<void> {
    await desk.getByRole('dialog', { name: 'Incoming call' }).waitFor()
    await desk.getByRole('button', { name: 'Accept' }).click()
    await desk.getByRole('region', { name: 'Active call' }).waitFor()
  }

  test('hear each other, until the operator hangs up', async () => {
    await call(phone)
    await accept()
    const [atDesk, atPhone] = await Promise.all([record(desk, 8000), record(phone, 8000)])
    await wait(talkMs)
    const [operatorHeard, callerHeard] = await Promise.all([atDesk.stop(), atPhone.stop()])
    expectHeardInPieces({ sent: speech.caller, heard: operatorHeard, own: speech.operator })
    expectHeardInPieces({ sent: speech.operator, heard: callerHeard, own: speech.caller })
    await desk.getByRole('button', { name: 'Hang up' }).click()
    await statusOf(phone).getByText('The other side hung up').waitFor()
    await phone.getByRole('button', { name: 'Call', exact: true }).waitFor()
  })

  test.each([
    ['the caller hangs up', (page: Page) => page.getByRole('button', { name: 'Hang up' }).click()],
    ['the page is closed', (page: Page) => page.close()],
  ])('%s, and the operator’s call is over', async (_title, leave) => {
    await call(phone)
    await accept()
    await leave(phone)
    await desk.getByRole('region', { name: 'Active call' }).waitFor({ state: 'detached' })
  })
})

test('keys that are pressed arrive at the other end, once each, by mouse and by keyboard', async () => {
  const operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'operator2@demo.test',
    password: 'ringdown-demo',
  })
  await operator.goAvailable()
  await call(phone)
  await operator.accept()
  for (const key of ['4', '2', 'star', 'hash']) {
    await phone.getByRole('group', { name: 'Keypad' }).getByRole('button', { name: key, exact: true }).click()
  }
  await phone.keyboard.press('7')
  await expect.poll(() => operator.stream.digits.join('')).toBe('42*#7')
  await operator.hangUp()
  await statusOf(phone).getByText('The other side hung up').waitFor()
  operator.close()
})

test('several pages call at once, and each hangs up for itself', async () => {
  const second = await openPhone()
  await Promise.all([call(phone), call(second)])
  await phone.getByRole('button', { name: 'Hang up' }).click()
  await statusOf(phone).getByText('You hung up').waitFor()
  await statusOf(second).getByText('Connected').waitFor()
  await second.close()
  await untilNoCallIsOpen()
})

test('a number that is not in service, and one that is none, are told in words', async () => {
  await phone.getByLabel('Number to call').fill('+15550999')
  await phone.getByRole('button', { name: 'Call', exact: true }).click()
  await statusOf(phone).getByText('not in service').waitFor()
  await phone.getByLabel('Number to call').fill('hotline')
  await phone.getByRole('button', { name: 'Call', exact: true }).click()
  await statusOf(phone).getByText('digits').waitFor()
})

test('without a microphone the page says what to do, and can still listen', async () => {
  await phone.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await phone.getByRole('button', { name: 'Call', exact: true }).click()
  await phone.getByRole('region', { name: 'No microphone' }).waitFor()
  await phone.getByRole('button', { name: 'Call and only listen' }).click()
  await statusOf(phone).getByText('Connected').waitFor()
  await phone.getByRole('button', { name: 'Hang up' }).click()
  await untilNoCallIsOpen()
})

test.each([
  ['another web site', { origin: 'http://evil.test' }],
  ['another name for this machine', { host: 'evil.test' }],
])('refuses calls that %s asks for', async (_title, headers) => {
  const { request } = await import('node:http')
  const status = await new Promise(resolve => {
    const options = { port: phonePort, host: '127.0.0.1', path: '/phone/calls', method: 'POST', headers }
    request(options, answer => resolve(answer.resume().statusCode)).end('{}')
  })
  expect(status).toBe(403)
})

test('stopped during a call, the bridge hangs up and the page says so', async () => {
  await call(phone)
  expect(await bridge.stop()).toBe(0)
  await statusOf(phone).getByText('The demo is stopping').waitFor()
  await phone.getByRole('button', { name: 'Call', exact: true }).waitFor()
  await untilNoCallIsOpen()
})
