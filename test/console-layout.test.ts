import { createSipPhone, type SipPhone } from '@ringdown/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signInAdministrator } from './harness/administrator.ts'
import { type Page, startBrowser, type TestBrowser } from './harness/browser.ts'
import { callerNumber } from './harness/callers.ts'
import { type ConsoleLabels, consoleIn, tourConsole } from './harness/console-tour.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { faintTexts, nameless, outline, outsideWindow, wordsOf } from './harness/page-survey.ts'
import { operatorWav, speech } from './harness/speech.ts'

// FEATURES OP-9 and issue 2, "Console": every page, on a phone and on a desk, light and dark, in both languages.

const phoneWidth = { width: 360, height: 740 }
const deskWidth = { width: 1280, height: 900 }

/** Alike in both languages: names of people, companies, programs and things of the trade, and a word or two. */
const names = [
  /^(Ringdown|Demo Hotline|Main|Demo trunk|Out|R2-D2|Alma Reyes|English|Español|General)$/,
  /^(Twilio|Telnyx|VoIP\.ms|SIPRoute|Asterisk|FreeSWITCH|Kamailio|Elastic SIP Trunking)$/,
  /^(Realm|Audio|Opus|G\.711 .*|\S+@demo\.test|ringdown|localhost|(UDP|TCP): \d+)$/,
  // A mask.
  /^\p{Lu}\p{L}+ \p{Lu}\p{L}+ \d+$/u,
]
const isName = (text: string) => names.some(name => name.test(text))

/** As `status/goAvailable`: what is shown where a text is missing. */
const isKey = (text: string) => /^[a-z][\w-]*(\/[\w -]+)+$/i.test(text)

let gateway: TestGateway
let browser: TestBrowser
let phone: SipPhone
/** What was read at each stop of the English tour. */
const english = new Map<string, Set<string>>()

beforeAll(async () => {
  gateway = await startGateway()
  await gateway.sql('update queues.queues set greeting = null, wrap_up_s = 600')
  const administrator = await signInAdministrator(gateway)
  await administrator.addTrunk({
    name: 'Out',
    hosts: [{ host: '127.0.0.1', port: 5070, transport: 'udp' }],
  })
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  browser = await startBrowser({ microphone: operatorWav })
})

afterAll(async () => {
  await browser?.close()
  await phone?.close()
  await gateway?.close()
})

const call = (index: number) =>
  phone.call({ to: '+15550100', from: callerNumber(index), says: speech.caller, loop: true })

/** A page of somebody whose browser speaks these languages, and who has chosen nothing. */
async function freshPage(languages: readonly string[]): Promise<Page> {
  await browser.context.clearCookies()
  const page = await browser.newPage()
  for (const former of browser.context.pages()) if (former !== page) await former.close()
  await page.addInitScript(wished => {
    Object.defineProperty(navigator, 'languages', { get: () => wished })
  }, languages)
  return page
}

function tour(page: Page, say: ConsoleLabels, look: (stop: string) => Promise<void>): Promise<void> {
  return tourConsole(page, {
    url: gateway.url,
    say,
    look,
    call: () => call(say === consoleIn.en ? 731 : 732),
  })
}

test('every page fits on a phone and on a desk, can be read in light and dark, and says by name what it is made of', async () => {
  const page = await freshPage(['en-GB', 'en'])
  await tour(page, consoleIn.en, async stop => {
    english.set(stop, new Set(await wordsOf(page)))
    expect.soft(await nameless(page), `${stop}: without a name`).toEqual([])
    expect.soft(await outline(page), `${stop}: parts and headings`).toEqual([])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      for (const size of [phoneWidth, deskWidth]) {
        await page.setViewportSize(size)
        const where = `${stop}, ${size.width} px, ${colorScheme}`
        expect.soft(await outsideWindow(page), where).toEqual([])
        expect.soft(await faintTexts(page), where).toEqual([])
      }
    }
  })
})

test('whoever’s browser wants Spanish reads Spanish everywhere, no key and no English, and it fits on a phone', async () => {
  const page = await freshPage(['es-MX', 'en'])
  await page.setViewportSize(phoneWidth)
  await tour(page, consoleIn.es, async stop => {
    const before = english.get(stop)
    expect(before?.size, `${stop} was read in English`).toBeGreaterThan(0)
    const words = await wordsOf(page)
    const left = words.filter(text => before?.has(text) && !isName(text))
    expect.soft(left, `${stop}: English`).toEqual([])
    expect.soft(words.filter(isKey), `${stop}: keys`).toEqual([])
    expect.soft(await outsideWindow(page), stop).toEqual([])
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('es')
  })
})
