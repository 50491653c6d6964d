import { useEffect, useRef } from 'react'
import type { KeyPress } from './shortcut.rules.ts'

/** Listens to the keyboard of the whole page while `enabled`. */
export function useShortcuts(args: { enabled: boolean; onPress: (press: KeyPress) => void }): void {
  const onPress = useRef(args.onPress)
  onPress.current = args.onPress
  useEffect(() => {
    if (!args.enabled) return
    const listen = (event: KeyboardEvent) => onPress.current(pressOf(event))
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [args.enabled])
}

function pressOf(event: KeyboardEvent): KeyPress {
  const target = event.target instanceof Element ? event.target : null
  return {
    key: event.key,
    modified: event.ctrlKey || event.altKey || event.metaKey || event.isComposing,
    typing: target?.closest('input, textarea, select, [contenteditable="true"]') != null,
    repeated: event.repeat,
  }
}
