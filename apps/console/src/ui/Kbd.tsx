/** A key's name beside what it does. Hidden from the accessible name; `aria-keyshortcuts` tells assistive technology. */
export function Kbd(props: { children: string }) {
  return (
    <kbd
      aria-hidden
      className="hidden rounded-md border border-current px-1.5 py-px font-mono text-xs font-medium opacity-75 sm:inline pointer-coarse:hidden"
    >
      {props.children}
    </kbd>
  )
}
