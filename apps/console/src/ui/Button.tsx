import { cva, type VariantProps } from 'class-variance-authority'
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

const look = cva(
  'relative inline-flex select-none items-center justify-center gap-2.5 rounded-xl font-semibold transition-colors disabled:cursor-not-allowed disabled:opacity-55',
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

/** A button that keeps its name and place while it works. */
export function Button({ kind, size, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={classNames(look({ kind, size }), className)}
      disabled={disabled || busy}
      aria-busy={busy}
      {...rest}
    >
      {children}
      {busy && <LoaderCircle aria-hidden className="size-5 shrink-0 animate-spin" />}
    </button>
  )
}
