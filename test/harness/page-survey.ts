import type { Page } from './browser.ts'

/** What people and their screen readers meet in a page, gathered from its elements. Each survey lists what is wrong. */

/** What can be reached only by scrolling sideways, or not at all. */
export function outsideWindow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const root = document.documentElement
    const shown = (element: Element) => {
      const tag = element.tagName.toLowerCase()
      return `${tag} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40)}`
    }
    const isCut = (element: Element | null): boolean =>
      element !== null &&
      (['hidden', 'clip'].includes(getComputedStyle(element).overflowX) || isCut(element.parentElement))
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide`)
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility({ opacityProperty: true })) continue
      const { left, right } = element.getBoundingClientRect()
      const scrolls = ['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
      if (scrolls && element.scrollWidth > element.clientWidth) found.push(`scrolls: ${shown(element)}`)
      if ((right > root.clientWidth + 1 || left < -1) && !isCut(element))
        found.push(`outside: ${shown(element)}`)
    }
    return found
  })
}

/** Text that stands out too little from what is behind it: WCAG 1.4.3, 4.5:1, and 3:1 for large letters. */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [red: number, green: number, blue: number, alpha: number]
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!canvas) throw new Error('no canvas to read colours with')
    const read = (css: string): Colour => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = css
      canvas.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
      return [red, green, blue, alpha / 255]
    }
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (at: 0 | 1 | 2) => top[at] * top[3] + below[at] * (1 - top[3])
      return [mix(0), mix(1), mix(2), 1]
    }
    const behind = (element: Element | null): Colour => {
      if (!element) return [255, 255, 255, 1]
      const own = read(getComputedStyle(element).backgroundColor)
      return own[3] === 1 ? own : over(own, behind(element.parentElement))
    }
    // https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    const luminance = ([red, green, blue]: Colour) => {
      const [r = 0, g = 0, b = 0] = [red, green, blue].map(value => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const contrast = (one: Colour, other: Colour) => {
      const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
      return (high + 0.05) / (low + 0.05)
    }
    const found: string[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim() ?? ''
      const element = node.parentElement
      if (!element || text === '' || !element.checkVisibility()) continue
      // WCAG exempts what cannot be used now.
      if (element.closest(':disabled, [aria-disabled=true]') || element.getBoundingClientRect().width <= 1)
        continue
      const style = getComputedStyle(element)
      const size = Number.parseFloat(style.fontSize)
      const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
      const ground = behind(element)
      const ratio = contrast(over(read(style.color), ground), ground)
      if (ratio < (isLarge ? 3 : 4.5)) found.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`)
    }
    return found
  })
}

const controls =
  /^\s*- (button|link|textbox|combobox|checkbox|radio|switch|slider|meter|dialog|navigation|region)(?! ")(?=[ :]|$)/

/** What a screen reader would call "button" and nothing more. */
export async function nameless(page: Page): Promise<string[]> {
  const snapshot = await page.locator('body').ariaSnapshot()
  return snapshot.split('\n').filter(line => controls.test(line))
}

/** One main part, one first heading, no level left out; what a dialog covers counts too. */
export function outline(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const mains = document.querySelectorAll('main').length
    if (mains !== 1) found.push(`${mains} main parts`)
    if (!document.documentElement.lang) found.push('no language')
    const headings = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(heading =>
      heading.checkVisibility(),
    )
    const levels = headings.map(heading => Number(heading.tagName.slice(1)))
    const firsts = levels.filter(level => level === 1).length
    if (firsts !== 1) found.push(`${firsts} first headings`)
    levels.forEach((level, at) => {
      if (level > (levels[at - 1] ?? 0) + 1) found.push(`level left out: ${headings[at]?.textContent}`)
    })
    return found
  })
}

/** All that can be read or heard in the page: texts, names, hints, the title of its tab. */
export function wordsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const words = new Set<string>([document.title])
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.parentElement?.checkVisibility()) words.add(node.textContent?.trim() ?? '')
    }
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility()) continue
      for (const name of ['aria-label', 'title', 'placeholder']) words.add(element.getAttribute(name) ?? '')
    }
    return [...words].filter(text => /\p{L}{2}/u.test(text))
  })
}
