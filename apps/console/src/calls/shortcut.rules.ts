export type Shortcut = 'accept' | 'decline' | 'mute' | 'hold' | 'keypad' | 'dial'

export const shortcutKeys: Record<Shortcut, string> = {
  accept: 'A',
  decline: 'D',
  mute: 'M',
  hold: 'H',
  keypad: 'K',
  dial: 'C',
}

/** A dialog that pops up under somebody's typing must not take their next letter for an answer. */
const armedAfterMs = 700

export type KeyPress = { key: string; modified: boolean; typing: boolean; repeated: boolean }

/** Whether a key press is meant as a shortcut at all. */
export function isShortcutPress(press: KeyPress): boolean {
  return !press.modified && !press.typing && !press.repeated
}

/** The answer a key gives to a ringing call. `ringingForMs`: how long the dialog has been there. */
export function ringingShortcut(args: {
  press: KeyPress
  ringingForMs: number
}): 'accept' | 'decline' | null {
  if (!isShortcutPress(args.press) || args.ringingForMs < armedAfterMs) return null
  return find(args.press.key, ['accept', 'decline'] as const)
}

export function callShortcut(press: KeyPress): 'mute' | 'hold' | 'keypad' | null {
  return isShortcutPress(press) ? find(press.key, ['mute', 'hold', 'keypad'] as const) : null
}

/** Between calls: whether it asks for the dialog in which a number is dialled. */
export function dialShortcut(press: KeyPress): boolean {
  return isShortcutPress(press) && find(press.key, ['dial']) !== null
}

function find<T extends Shortcut>(key: string, among: readonly T[]): T | null {
  return among.find(shortcut => shortcutKeys[shortcut] === key.toUpperCase()) ?? null
}
