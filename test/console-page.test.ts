import { createSipPhone, type SipCall, type SipPhone } from '@ringdown/testkit'
import type { Locator } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Page, signIn, startBrowser, type TestBrowser } from './harness/browser.ts'
import { callerNumber, callerNumberAnyhow } from './harness/callers.ts'
import { accept, active, incoming, open, press, recover } from './harness/console-call.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { operatorWav, speech } from './harness/speech.ts'
import { watchAlerts } from './harness/watched-alerts.ts'

// FEATURES OP-1 and issue 2, "Console": what an operator sees, hears and is told, in a real page with a real call.

const number = callerNumber(417)

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
  await signIn(await browser.newPage(), { url: gateway.url, email: 'operator@demo.test' })
})

beforeEach(async () => {
  page = await browser.newPage()
  for (const former of browser.context.pages()) if (former !== page) await former.close()
})

afterEach(() => made?.hangUp())

afterAll(async () => {
  await browser?.close()
  await phone?.close()
  await gateway?.close()
})

/** The page of an operator who is available. */
async function available(): Promise<void> {
  await open(page, gateway.url)
  await recover(page)
}

async function ring(): Promise<SipCall> {
  made = await phone.call({ to: '+15550100', from: number, says: speech.caller, loop: true })
  await made.answered
  return made
}

/** A grade, whichever: what it is depends on the machine. */
const measured = /good|fair|poor/

const button = (name: string) => page.getByRole('button', { name, exact: true })
const maskOf = () => textOf(incoming(page).locator('p').first())
const textOf = async (place: Locator) => (await place.textContent()) ?? ''

describe('a call that rings', () => {
  test('flashes the title of the tab until it is answered', async () => {
    const alerts = await watchAlerts(page)
    await available()
    await ring()
    await incoming(page).waitFor()
    await alerts.titlesSeen(['(!) Incoming call', 'Ringdown', '(!) Incoming call', 'Ringdown'])
    await accept(page)
    await expect.poll(() => page.title()).toBe('Ringdown')
  })

  test.each(['hidden', 'behind'] as const)(
    'shows a notification while the page is %s, with the mask and without the number, and takes it back',
    async how => {
      const alerts = await watchAlerts(page)
      await available()
      await alerts.leave(how)
      const call = await ring()
      await incoming(page).waitFor()
      const mask = await maskOf()
      // A page notifies behind what it draws.
      await expect.poll(alerts.notifications).toHaveLength(1)
      const [shown] = await alerts.notifications()
      expect(shown).toMatchObject({ title: 'Incoming call', isClosed: false })
      expect(shown?.body).toContain(mask)
      expect(JSON.stringify(shown)).not.toMatch(callerNumberAnyhow)
      await call.hangUp()
      await incoming(page).waitFor({ state: 'detached' })
      await expect.poll(alerts.notifications).toMatchObject([{ isClosed: true }])
    },
  )

  test('shows none to somebody who looks at the page', async () => {
    const alerts = await watchAlerts(page)
    await available()
    await page.bringToFront()
    await ring()
    await incoming(page).waitFor()
    expect(await alerts.notifications()).toEqual([])
  })
})

describe('during a call', () => {
  test('the participants are shown, and that one of them is muted', async () => {
    await available()
    await ring()
    await incoming(page).waitFor()
    const mask = await maskOf()
    await accept(page)
    const participants = page.getByRole('list', { name: 'Participants' }).getByRole('listitem')
    expect(await participants.allInnerTexts()).toEqual([
      expect.stringContaining(`${mask} (Caller)`),
      expect.stringMatching(/\(you\)/),
    ])
    await press(page, 'Mute')
    await participants.filter({ hasText: /\(you\).*muted/ }).waitFor()
    await active(page).getByText('You are muted').waitFor()
    await press(page, 'Unmute')
    await participants.filter({ hasText: 'muted' }).waitFor({ state: 'detached' })
  })

  test('the quality of both directions is measured and shown, with its numbers, and pauses on hold', async () => {
    await available()
    await ring()
    await accept(page)
    const quality = active(page).getByRole('region', { name: 'Connection' })
    const grade = (direction: string) =>
      quality
        .locator('div', { hasText: new RegExp(`^${direction}:`) })
        .first()
        .getByRole('definition')
    await grade('You hear the caller').filter({ hasText: measured }).waitFor()
    await grade('The caller hears you').filter({ hasText: measured }).waitFor()
    await quality.getByText('Numbers').click()
    await quality
      .getByText(/^\d+ ms$/)
      .last()
      .waitFor()
    await quality
      .getByText(/^\d+\.\d %$/)
      .first()
      .waitFor()
    await press(page, 'Hold')
    await active(page).getByText('On hold: the caller hears music').waitFor()
    await grade('You hear the caller').filter({ hasText: 'paused' }).waitFor()
  })

  test('the speaker is switched off and on: the element that plays the caller is silent meanwhile', async () => {
    await available()
    await ring()
    await accept(page)
    const isMuted = () => page.locator('audio').evaluate((audio: HTMLAudioElement) => audio.muted)
    expect(await isMuted()).toBe(false)
    await press(page, 'Speaker off')
    await button('Speaker on').waitFor()
    expect(await isMuted()).toBe(true)
    await press(page, 'Speaker on')
    await button('Speaker off').waitFor()
    expect(await isMuted()).toBe(false)
  })
})

describe('a slip of the hand', () => {
  test('does not sign out who is in a call', async () => {
    await available()
    const call = await ring()
    await accept(page)
    await press(page, 'Sign out')
    await press(page, 'Stay in the call')
    await active(page).getByText('Connected', { exact: true }).waitFor()
    await press(page, 'Hang up')
    expect(await call.ended).toEqual({ by: 'them' })
  })

  test('finds “Hang up” on a phone without scrolling, whatever is open', async () => {
    await page.setViewportSize({ width: 360, height: 640 })
    await available()
    await ring()
    await accept(page)
    await press(page, 'Keypad')
    await button('#').waitFor()
    const isInSight = await button('Hang up').evaluate(element => {
      const { left, right, top, bottom } = element.getBoundingClientRect()
      return element.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))
    })
    expect(isInSight).toBe(true)
  })
})

test('recent calls stand under their mask: no digits of the number are anywhere in the page or what it stores', async () => {
  await available()
  const call = await ring()
  await incoming(page).waitFor()
  const mask = await maskOf()
  await accept(page)
  await press(page, 'Hang up')
  await call.ended
  const recent = page.getByRole('region', { name: 'Recent calls' }).getByRole('listitem')
  await recent.filter({ hasText: mask }).filter({ hasText: 'Operator hung up' }).first().waitFor()
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
  const all = (await page.content()) + kept + page.url()
  expect(all).not.toMatch(callerNumberAnyhow)
  expect(await textOf(page.locator('body'))).not.toContain(number.slice(-4))
})

describe('the settings', () => {
  const dialog = () => page.getByRole('dialog', { name: 'Settings' })

  /** The loudest sample of each sound of our own that the page has played to its end or is playing. */
  const played = () => page.evaluate(() => (window as unknown as { playedByTest: number[] }).playedByTest)

  /** What the buttons have said one after the other, however shortly. */
  const said = async () =>
    (await page.evaluate(() => (window as unknown as { saidByTest: string[] }).saidByTest)).join()

  beforeEach(async () => {
    await page.addInitScript(() => {
      const loudest: number[] = []
      const start = AudioBufferSourceNode.prototype.start
      AudioBufferSourceNode.prototype.start = function (...times) {
        const samples = Array.from(this.buffer?.getChannelData(0) ?? [], Math.abs)
        loudest.push(samples.reduce((most, sample) => Math.max(most, sample), 0))
        start.apply(this, times)
      }
      const said: string[] = []
      const listen = (changes: MutationRecord[]) => {
        for (const { target } of changes)
          said.push(target.parentElement?.closest('button')?.textContent?.trim() ?? '')
      }
      new MutationObserver(listen).observe(document, { childList: true, subtree: true, characterData: true })
      Object.assign(window, { playedByTest: loudest, saidByTest: said })
    })
    await open(page, gateway.url)
    await press(page, 'Settings')
  })

  test('show the level of the microphone as it moves', async () => {
    const level = dialog().getByRole('meter', { name: 'Microphone level' })
    const seen = new Set<number>()
    await expect
      .poll(async () => seen.add(await level.evaluate((meter: HTMLMeterElement) => meter.value)).size, {
        interval: 50,
      })
      .toBeGreaterThan(4)
    expect(Math.max(...seen)).toBeGreaterThan(0)
  })

  test('play a tone, and what the microphone heard', async () => {
    await press(page, 'Play a tone')
    await expect.poll(said).toMatch(/Playing….*Play a tone/)
    expect(await played()).toEqual([expect.toSatisfy((loudest: number) => loudest > 0.01)])
    await press(page, 'Record and listen')
    await expect.poll(said).toMatch(/Speak now….*Listen….*Record and listen/)
    expect(await played()).toEqual([expect.anything(), expect.toSatisfy((loudest: number) => loudest > 0.01)])
  })

  test('offer microphones and speakers by name', async () => {
    for (const name of ['Microphone', 'Speaker']) {
      const options = dialog().getByLabel(name, { exact: true }).getByRole('option')
      await options.filter({ hasText: 'Fake' }).first().waitFor({ state: 'attached' })
      expect((await options.allInnerTexts())[0]).toBe('As set in the system')
    }
  })
})
