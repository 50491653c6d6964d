import { type RefObject, useEffect, useRef } from 'react'

/**
 * Moves the focus to an element when it appears: what had the focus is gone, and whoever works by key or
 * screen reader goes on from here.
 */
export function useFocusOnce<T extends HTMLElement>(): RefObject<T | null> {
  const element = useRef<T>(null)
  useEffect(() => element.current?.focus(), [])
  return element
}
