import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

const look = cva(
  'relative inline-flex select-none items-center justify-center gap-2.5 rounded-xl font-semibold transition-colors disabled:cursor-not-allowed disabled:opacity-55 aria-busy:cursor-progress',
  {
    variants: {
      kind: {
        go: 'bg-go-fill text-on-fill enabled:hover:bg-go-strong',
        stop: 'bg-stop-fill text-on-fill enabled:hover:bg-stop-strong',
        plain: 'border border-edge bg-surface text-ink enabled:hover:bg-raised',
        ghost: 'text-quiet enabled:hover:bg-raised enabled:hover:text-ink',
        warn: 'border border-warn bg-warn-soft text-warn enabled:hover:border-2',
      },
      size: {
        small: 'min-h-10 px-3.5 text-sm',
        medium: 'min-h-12 px-5 text-base',
        large: 'min-h-16 px-7 text-lg',
      },
    },
    defaultVariants: { kind: 'plain', size: 'medium' },
  },
)

export type ButtonProps = ComponentProps<'button'> & VariantProps<typeof look> & { busy?: boolean }

/**
 * A button that keeps its name, its place and the focus while it works: browsers take the focus from what is disabled, and
 * whoever works by key would have to come back.
 */
export function Button(props: ButtonProps) {
  const { kind, size, busy = false, className, children, disabled = false, onClick, ...rest } = props
  return (
    <button
      type="button"
      className={classNames(look({ kind, size }), className)}
      disabled={disabled && !busy}
      aria-disabled={busy || undefined}
      aria-busy={busy}
      onClick={event => {
        if (busy) event.preventDefault()
        else onClick?.(event)
      }}
      {...rest}
    >
      {children}
      {busy && <LoaderCircle aria-hidden className="size-5 shrink-0 animate-spin" />}
    </button>
  )
}
