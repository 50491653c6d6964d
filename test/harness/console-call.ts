import type { Locator } from 'playwright-core'
import { type Page, prepareConsole, record } from './browser.ts'
import { eventually } from './heard.ts'
import { undisturbed } from './undisturbed.ts'

/** What an operator does with the mouse, by role and accessible name (DESIGN §7). */

/** Also ends a wrap-up. Resolves when calls may ring. */
export async function goAvailable(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go available' }).click()
  await page.getByText('Audio line tested and ready').waitFor()
}

/** Resolves when no call rings here any more. */
export async function takeBreak(page: Page): Promise<void> {
  await press(page, 'Take a break')
  await page.getByRole('button', { name: 'Go available' }).waitFor()
}

/** The console in a page of somebody who has signed in before. */
export async function open(page: Page, url: string): Promise<void> {
  await prepareConsole(page)
  await page.goto(url)
}

export const incoming = (page: Page) => page.getByRole('dialog', { name: 'Incoming call' })
export const active = (page: Page) => page.getByRole('region', { name: 'Active call' })
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Takes the call that rings, or will. */
export async function accept(page: Page): Promise<void> {
  await incoming(page).waitFor()
  await incoming(page).getByRole('button', { name: 'Accept' }).click()
  await active(page).waitFor()
}

/** Music ends, the first words come, browsers find how much they must buffer: no part of the talk. ms */
export const joiningMs = 1000

/**
 * Lets people talk once they are joined, for `ms` in which the machine did not stand still, and gives what the operator heard
 * meanwhile (8 kHz), and from when to when (ms of `performance.now()`).
 */
export async function listen(
  page: Page,
  ms: number,
): Promise<{ heard: Int16Array; from: number; until: number }> {
  const recording = await record(page, 8000)
  const { from, until } = await undisturbed({ ms, settleMs: joiningMs })
  const heard = await recording.stop()
  return { heard: heard.subarray(-ms * 8), from, until }
}

/**
 * Leaves whatever the last test left: a call, a wrap-up, a dialog. The next test finds an operator who is available. What a page shows
 * may change before it is pressed: a call that its other end hung up, a status that comes back by itself.
 */
export async function recover(page: Page): Promise<void> {
  const hangUp = active(page).getByRole('button', { name: 'Hang up', exact: true })
  const goingAvailable = page.getByRole('button', { name: 'Go available' })
  const ready = page.getByText('Audio line tested and ready')
  await eventually('an operator who is available', async () => {
    if (await active(page).isVisible()) return pressIfThere(hangUp)
    return (await goingAvailable.isVisible()) ? pressIfThere(goingAvailable) : ready.isVisible()
  })
}

async function pressIfThere(button: Locator): Promise<false> {
  await button.click({ timeout: 1000 }).catch(() => undefined)
  return false
}
