import { CircleAlert, Info, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

const tones = {
  info: 'border-line bg-raised text-ink',
  warn: 'border-warn bg-warn-soft text-warn',
  stop: 'border-stop bg-stop-soft text-stop',
} as const

/** A sentence that wants attention, with what to do about it. */
export function Notice(props: {
  tone: keyof typeof tones
  children: ReactNode
  title?: string
  action?: ReactNode
  dismiss?: { label: string; onDismiss: () => void }
  className?: string
}) {
  const Icon = props.tone === 'info' ? Info : CircleAlert
  return (
    <div
      role={props.tone === 'info' ? 'status' : 'alert'}
      className={classNames(
        'flex items-start gap-3 rounded-xl border p-3.5 text-start text-sm',
        tones[props.tone],
        props.className,
      )}
    >
      <Icon aria-hidden className="mt-px size-5 shrink-0" />
      <div className="min-w-0 flex-1">
        {props.title && <p className="font-semibold">{props.title}</p>}
        <div>{props.children}</div>
        {props.action && <div className="mt-3">{props.action}</div>}
      </div>
      {props.dismiss && (
        <button
          type="button"
          onClick={props.dismiss.onDismiss}
          aria-label={props.dismiss.label}
          className="-m-2 grid size-9 shrink-0 place-items-center rounded-lg"
        >
          <X aria-hidden className="size-5" />
        </button>
      )}
    </div>
  )
}
