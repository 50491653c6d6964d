import { createSipPhone, type SipPhone } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Page, signIn, startBrowser, type TestBrowser } from '../harness/browser.ts'
import { callerNumber } from '../harness/callers.ts'
import { accept, active, goAvailable, press, recover } from '../harness/console-call.ts'
import { type Coturn, startCoturn } from '../harness/coturn.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { eventually, isSpeech } from '../harness/heard.ts'
import { operatorWav, speech } from '../harness/speech.ts'

let coturn: Coturn
let gateway: TestGateway
let browser: TestBrowser
let page: Page
let phone: SipPhone

beforeAll(async () => {
  const secret = 'a-secret-of-the-test'
  coturn = await startCoturn({ secret })
  gateway = await startGateway({ env: { RINGDOWN_TURN_URLS: coturn.url, RINGDOWN_TURN_SECRET: secret } })
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 0')
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await page.addInitScript(() => {
    const connections: RTCPeerConnection[] = []
    Object.assign(window, { connectionsOfTest: connections })
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration)
        connections.push(this)
      }
    }
  })
  await signIn(page, { url: gateway.url, email: 'operator@demo.test' })
  await goAvailable(page)
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
})

afterEach(() => recover(page))

afterAll(async () => {
  await phone?.close()
  await browser?.close()
  await gateway?.close()
  await coturn?.stop()
})

/** By which kind of candidate the page's newest line sends: `host`, `relay` and so on (RFC 8445 §4). */
const wayOfLine = () =>
  page.evaluate(async () => {
    const { connectionsOfTest } = window as unknown as { connectionsOfTest: RTCPeerConnection[] }
    const report = await connectionsOfTest.at(-1)!.getStats()
    const all = [...report.values()]
    const transport = all.find(stats => stats.type === 'transport')
    const pair = all.find(stats => stats.id === transport?.selectedCandidatePairId)
    return all.find(stats => stats.id === pair?.localCandidateId)?.candidateType as string | undefined
  })

async function expectBothHear(): Promise<void> {
  const call = await phone.call({ to: '+15550100', from: callerNumber(430), says: speech.caller, loop: true })
  await accept(page)
  const since = performance.now()
  const lately = () => call.heard(performance.now() - 3000).samples
  await eventually(
    'the caller hears the operator',
    () => performance.now() - since > 3000 && isSpeech(speech.operator, lately()),
  )
  await press(page, 'Hang up')
  expect(await call.ended).toEqual({ by: 'them' })
  await active(page).waitFor({ state: 'detached' })
}

test('where the direct way is open, a line takes it', async () => {
  await expectBothHear()
  expect(await wayOfLine()).not.toBe('relay')
})

test('OP-8: an operator who connects only through the relay talks by way of coturn, with credentials of the gateway', async () => {
  await press(page, 'Settings')
  await page.getByLabel('Connect only through the relay').check()
  await press(page, 'Close')
  await coturn.said(/ALLOCATE processed, success/)
  await eventually('a line by way of the relay', async () => (await wayOfLine()) === 'relay')
  await page.getByText('Audio line tested and ready').waitFor()
  await expectBothHear()
  expect(await wayOfLine()).toBe('relay')
})
