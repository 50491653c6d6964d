import { CircleAlert, CircleCheck, CircleDashed, Clock, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../ui/index.ts'
import type { Tone } from './standing.rules.ts'

const icons: Record<Tone, LucideIcon> = {
  good: CircleCheck,
  wait: Clock,
  trouble: CircleAlert,
  quiet: CircleDashed,
}
const colours: Record<Tone, string> = {
  good: 'text-go',
  wait: 'text-warn',
  trouble: 'text-stop',
  quiet: 'text-quiet',
}

/** A state in words, with a sign and a colour of its kind. */
export function StateMark(props: { tone: Tone; children: ReactNode; className?: string }) {
  const Icon = icons[props.tone]
  return (
    <span className={classNames('inline-flex items-start gap-1.5', colours[props.tone], props.className)}>
      <Icon aria-hidden className="mt-0.75 size-4.5 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{props.children}</span>
    </span>
  )
}
