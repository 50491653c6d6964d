import type { LucideIcon } from 'lucide-react'
import { Button, classNames, Kbd } from '../ui/index.ts'

/** One of the big square buttons of a call: a sign above its name. */
export function CallButton(props: {
  icon: LucideIcon
  label: string
  onClick: () => void
  /** The state it stands for is on: muted, held, open. */
  lit?: boolean
  busy?: boolean
  disabled?: boolean
  shortcut?: string | undefined
  expanded?: boolean
}) {
  const Icon = props.icon
  return (
    <Button
      kind={props.lit ? 'warn' : 'plain'}
      busy={props.busy ?? false}
      disabled={props.disabled}
      onClick={props.onClick}
      aria-expanded={props.expanded}
      aria-keyshortcuts={props.shortcut}
      className="min-h-22 flex-col gap-1.5 px-2"
    >
      <Icon aria-hidden className={classNames('size-6', props.busy && 'opacity-40')} />
      <span className="flex flex-wrap items-center justify-center gap-x-2">
        {props.label}
        {props.shortcut && <Kbd>{props.shortcut}</Kbd>}
      </span>
    </Button>
  )
}
