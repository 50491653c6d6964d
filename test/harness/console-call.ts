import { setTimeout as wait } from 'node:timers/promises'
import { type Page, prepareConsole, record } from './browser.ts'

/** What an operator does with the mouse, by role and accessible name (DESIGN §7). */

/** Also ends a wrap-up. Resolves when calls may ring. */
export async function goAvailable(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go available' }).click()
  await page.getByText('Audio line tested and ready').waitFor()
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
const joiningMs = 1000

/**
 * Lets people talk once they are joined, and gives what the operator heard meanwhile (8 kHz), and from when to when (ms of
 * `performance.now()`).
 */
export async function listen(
  page: Page,
  ms: number,
): Promise<{ heard: Int16Array; from: number; until: number }> {
  const recording = await record(page, 8000)
  await wait(joiningMs)
  const from = performance.now()
  await wait(ms)
  const until = performance.now()
  const heard = await recording.stop()
  return { heard: heard.subarray(joiningMs * 8, (joiningMs + ms) * 8), from, until }
}

/** Leaves whatever the last test left: a call, a wrap-up, a dialog. The next test finds an operator who is available. */
export async function recover(page: Page): Promise<void> {
  if (await active(page).isVisible()) await press(page, 'Hang up')
  await active(page).waitFor({ state: 'detached' })
  const button = page.getByRole('button', { name: 'Go available' })
  const ready = page.getByText('Audio line tested and ready')
  await button.or(ready).first().waitFor()
  if (await button.isVisible()) await button.click()
  await ready.waitFor()
}
