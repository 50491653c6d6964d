import type { Page } from './browser.ts'
import { eventually } from './heard.ts'

export type ShownNotification = { title: string; body: string; isClosed: boolean }

/** What a page does to be noticed. */
export type WatchedAlerts = {
  /** Resolves when the tab has had these titles, in this order, with others in between or not. */
  titlesSeen(titles: readonly string[]): Promise<void>
  notifications(): Promise<ShownNotification[]>
  /** From now on the page is hidden, or stands behind another window. */
  leave(how: 'hidden' | 'behind'): Promise<void>
}

type Watched = { titles: string[]; notifications: ShownNotification[] }

/** Before the page loads: it may notify, and does so to the test alone. */
export async function watchAlerts(page: Page): Promise<WatchedAlerts> {
  await page.addInitScript(() => {
    const watched: Watched = { titles: [], notifications: [] }
    class TestNotification {
      static readonly permission = 'granted'
      static requestPermission = async () => 'granted'
      onclick: (() => void) | null = null
      readonly #shown: ShownNotification
      constructor(title: string, { body = '' }: NotificationOptions = {}) {
        this.#shown = { title, body, isClosed: false }
        watched.notifications.push(this.#shown)
      }
      close() {
        this.#shown.isClosed = true
      }
    }
    const seeTitle = () => {
      if (watched.titles.at(-1) !== document.title) watched.titles.push(document.title)
    }
    new MutationObserver(seeTitle).observe(document, { childList: true, subtree: true, characterData: true })
    Object.assign(window, { watchedByTest: watched, Notification: TestNotification })
  })
  const watched = () => page.evaluate(() => (window as unknown as { watchedByTest: Watched }).watchedByTest)
  return {
    async titlesSeen(titles) {
      await eventually(`titles ${titles.join(', ')}`, async () => {
        let next = 0
        for (const title of (await watched()).titles) if (title === titles[next]) next++
        return next >= titles.length
      })
    },
    notifications: async () => (await watched()).notifications,
    async leave(how) {
      await page.evaluate(isHidden => {
        if (isHidden) Object.defineProperty(document, 'hidden', { get: () => true })
        document.hasFocus = () => false
        document.dispatchEvent(new Event('visibilitychange'))
      }, how === 'hidden')
    },
  }
}
