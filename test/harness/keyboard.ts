import type { Page } from './browser.ts'

/** What has the focus, as it is called, and whether a sighted person sees that it has it. */
export type Focus = { name: string; role: string; isVisible: boolean }

export function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!element || element === document.body) return { name: '', role: 'page', isVisible: false }
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : []
    const written = labels.length > 0 ? labels : [element]
    const text = written.map(one => {
      const copy = one.cloneNode(true) as Element
      for (const hidden of copy.querySelectorAll('[aria-hidden="true"]')) hidden.remove()
      return copy.textContent?.trim()
    })
    const labelledBy = element.getAttribute('aria-labelledby')
    const labelled = labelledBy === null ? null : document.getElementById(labelledBy)?.textContent
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return {
      name: element.getAttribute('aria-label') ?? labelled ?? text.join(' '),
      role: element.getAttribute('role') ?? element.tagName.toLowerCase(),
      isVisible:
        element.matches(':focus-visible') &&
        outlineStyle !== 'none' &&
        Number.parseFloat(outlineWidth) >= 2 &&
        element.checkVisibility(),
    }
  })
}

/** More stops than any page of the console has. */
const mostStops = 60

/** Presses Tab until something of this name has the focus. @throws Error where a stop cannot be seen, or there is none such */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = []
  for (let stop = 0; stop < mostStops; stop++) {
    await page.keyboard.press('Tab')
    const focus = await focusOf(page)
    if (focus.role !== 'page' && !focus.isVisible) throw new Error(`nobody sees the focus on "${focus.name}"`)
    if (focus.name === name) return
    passed.push(focus.name)
  }
  throw new Error(`Tab never came to "${name}", but to ${passed.join(', ')}`)
}
