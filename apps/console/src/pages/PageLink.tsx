import type { ComponentProps, MouseEvent } from 'react'
import { type Page, pathOf } from './page.rules.ts'
import type { Pages } from './pages.ts'

/** A link within the console. With a modifier key or another button it does what the browser does with links. */
export function PageLink({
  pages,
  to,
  ...rest
}: Omit<ComponentProps<'a'>, 'href' | 'onClick'> & { pages: Pages; to: Page }) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    pages.go(to)
  }
  return <a {...rest} href={pathOf(to)} onClick={follow} />
}
