import { type RefObject, useEffect, useRef } from 'react'

/**
 * Leads the focus to an element when what had it is gone after a change (`key` is another), such as a button that was pressed
 * and is replaced. Not when the page is opened, and not from where it is.
 */
export function useLostFocus<T extends HTMLElement>(key: string): RefObject<T | null> {
  const element = useRef<T>(null)
  const before = useRef(key)
  useEffect(() => {
    if (before.current === key) return
    before.current = key
    // A dialog that closes gives the focus back in a task of its own, which was queued before this one.
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) element.current?.focus()
    })
    return () => clearTimeout(timer)
  }, [key])
  return element
}
