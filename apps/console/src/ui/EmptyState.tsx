import type { LucideIcon } from 'lucide-react'

/** Says that a list is empty and what will fill it. */
export function EmptyState(props: { icon: LucideIcon; title: string; note: string }) {
  const Icon = props.icon
  return (
    <div className="flex items-center gap-3.5 px-5 pb-5 text-quiet">
      <Icon aria-hidden className="size-6 shrink-0" />
      <div>
        <p className="text-ink">{props.title}</p>
        <p className="text-sm">{props.note}</p>
      </div>
    </div>
  )
}
