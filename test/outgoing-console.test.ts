import { type AnsweringPhone, type CalledCall, createAnsweringPhone } from '@ringdown/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signInAdministrator } from './harness/administrator.ts'
import { type Page, signIn, startBrowser, type TestBrowser } from './harness/browser.ts'
import { callerNumber } from './harness/callers.ts'
import { active, listen, open, press, recover } from './harness/console-call.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { eventually, isMusic, isSilence, isSpeech } from './harness/heard.ts'
import { operatorWav, speech } from './harness/speech.ts'

// An administrator dials in Chromium; a telephone answers. What each of them hears is compared with what the other said.
let gateway: TestGateway
let browser: TestBrowser
let phone: AnsweringPhone
let page: Page

const number = callerNumber(720)

beforeAll(async () => {
  gateway = await startGateway()
  await gateway.sql('update queues.queues set wrap_up_s = 0')
  phone = await createAnsweringPhone()
  const administrator = await signInAdministrator(gateway)
  await administrator.addTrunk({
    name: 'Out',
    hosts: [{ host: phone.host, port: phone.port, transport: 'udp' }],
    codecs: ['PCMU'],
  })
  browser = await startBrowser({ microphone: operatorWav })
  await signIn(await browser.newPage(), { url: gateway.url, email: 'admin@demo.test' })
})

beforeEach(async () => {
  page = await browser.newPage()
  for (const former of browser.context.pages()) if (former !== page) await former.close()
  await open(page, gateway.url)
  await recover(page)
  await press(page, 'Go offline')
})

afterAll(async () => {
  await browser?.close()
  await phone?.close()
  await gateway?.close()
})

const dialog = () => page.getByRole('dialog', { name: 'Call a number' })
const says = (text: string) => active(page).getByText(text).waitFor()

/** By keys alone: the shortcut, the number, return. */
async function dial(): Promise<CalledCall> {
  await page.keyboard.press('c')
  await page.getByLabel('Telephone number').fill(number)
  await page.keyboard.press('Enter')
  const called = await phone.nextCall()
  await says('Calling…')
  return called
}

/** What the far end heard in the last three seconds. */
function hears(called: CalledCall, what: string, is: (heard: Int16Array) => boolean): Promise<void> {
  const since = performance.now()
  const lately = () => called.heard(performance.now() - 3000).samples
  return eventually(`the far end hears ${what}`, () => performance.now() - since > 3000 && is(lately()))
}

const hearsOperator = (called: CalledCall) =>
  hears(called, 'the operator', heard => isSpeech(speech.operator, heard))
const operatorHears = async (is: (heard: Int16Array) => boolean) => {
  let heard: Int16Array
  await eventually('the operator hears the far end', async () => {
    heard = (await listen(page, 3000)).heard
    return is(heard)
  })
}
const isCalled = (heard: Int16Array) => isSpeech(speech.caller, heard)

async function records() {
  return gateway.sql<{ direction: string; result: string; reason: string }>(
    'select direction, result, reason from calls.records order by arrived_at desc limit 1',
  )
}

describe('a number that is dialled in the console', () => {
  test('rings, is heard before it answers, is talked to both ways, held, and hung up', async () => {
    const called = await dial()
    called.ring()
    await says('Ringing…')
    called.progress({ says: speech.caller, loop: true })
    await says('Not answered yet: you hear the other end already')
    await operatorHears(isCalled)
    expect(isSilence(called.heard().samples), 'nothing is said before the answer').toBe(true)
    called.answer({ says: speech.caller, loop: true })
    await says('Connected')
    await hearsOperator(called)
    await operatorHears(isCalled)
    await press(page, 'Hold')
    await hears(called, 'music', isMusic)
    await press(page, 'Resume')
    await hearsOperator(called)
    await press(page, 'Hang up')
    expect(await called.ended).toMatchObject({ type: 'bye', by: 'peer' })
    await page.getByText('Outgoing · Operator hung up').first().waitFor()
    expect(await records()).toEqual([
      { direction: 'outbound', result: 'completed', reason: 'hung-up-by-operator' },
    ])
  })

  test('answers at once, and hangs up from its side', async () => {
    const called = await dial()
    called.answer({ says: speech.caller, loop: true })
    await says('Connected')
    await hearsOperator(called)
    await called.hangUp()
    await active(page).waitFor({ state: 'detached' })
    await page.getByText('Outgoing · The other end hung up').first().waitFor()
  })

  test('is busy: the page says so, and calls again', async () => {
    const called = await dial()
    called.refuse(486)
    await page.getByText('The number is busy.').waitFor()
    expect(await records()).toEqual([{ direction: 'outbound', result: 'caller', reason: 'busy' }])
    await press(page, 'Call again')
    expect(await dialog().getByLabel('Telephone number').inputValue()).toBe(number)
    await dialog().getByRole('button', { name: 'Call', exact: true }).click()
    const again = await phone.nextCall()
    again.ring()
    await says('Ringing…')
    await press(page, 'Hang up')
    await again.ended
  })

  test('is given up while it rings: CANCEL, and the operator is what they were at once', async () => {
    const called = await dial()
    called.ring()
    await says('Ringing…')
    await press(page, 'Hang up')
    expect(await called.ended).toMatchObject({ type: 'abandoned' })
    await page.getByRole('heading', { name: 'Offline' }).waitFor()
    expect(await records()).toEqual([{ direction: 'outbound', result: 'operator', reason: 'canceled' }])
  })

  test('is given up with its page', async () => {
    const called = await dial()
    called.ring()
    await says('Ringing…')
    await page.goto('about:blank')
    expect(await called.ended).toMatchObject({ type: 'abandoned' })
  })
})

test('what is no number is said beside it, and nobody is called', async () => {
  const before = phone.calls
  await press(page, 'Call a number')
  await page.getByLabel('Telephone number').fill('+1 202 5')
  await page.keyboard.press('Enter')
  await dialog().getByText('This is no telephone number.').waitFor()
  await page.getByLabel('Telephone number').fill('+1 202 555 0143')
  await dialog().getByText('+1 202 555 0143 · United States').waitFor()
  expect(phone.calls).toBe(before)
})
