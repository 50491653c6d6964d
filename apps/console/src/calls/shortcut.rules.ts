export type Shortcut = 'accept' | 'decline' | 'mute' | 'hold' | 'keypad' | 'dial'

/** What can be said on the page to a call that rings. */
export type Answer = 'accept' | 'decline'

/** A desk phone is picked up: the page only declines. */
export function answersTo(args: { atDesk: boolean }): readonly Answer[] {
  return args.atDesk ? ['decline'] : ['accept', 'decline']
}

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
  answers: readonly Answer[]
}): Answer | null {
  if (!isShortcutPress(args.press) || args.ringingForMs < armedAfterMs) return null
  return find(args.press.key, args.answers)
}

/** A desk phone is muted by its own key. */
export function callShortcut(args: { press: KeyPress; atDesk: boolean }): 'mute' | 'hold' | 'keypad' | null {
  const { press, atDesk } = args
  if (!isShortcutPress(press)) return null
  return find(press.key, atDesk ? (['hold', 'keypad'] as const) : (['mute', 'hold', 'keypad'] as const))
}

/** Between calls: whether it asks for the dialog in which a number is dialled. */
export function dialShortcut(press: KeyPress): boolean {
  return isShortcutPress(press) && find(press.key, ['dial']) !== null
}

function find<T extends Shortcut>(key: string, among: readonly T[]): T | null {
  return among.find(shortcut => shortcutKeys[shortcut] === key.toUpperCase()) ?? null
}
