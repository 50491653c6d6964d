import { useRef } from 'react'

/**
 * What a dialog does with the focus: it takes it when it opens, and when it closes gives it back to what had it before. What the
 * dialog has brought up meanwhile keeps it. (Radix gives it back only to a button of its own kind.)
 */
export function useReturningFocus() {
  const before = useRef<Element | null>(null)
  return {
    onOpenAutoFocus: () => {
      before.current = document.activeElement
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      if (document.activeElement === document.body && before.current instanceof HTMLElement)
        before.current.focus()
    },
  }
}
