import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'
import { FieldFrame, type FieldText } from './FieldFrame.tsx'

const look = 'w-full rounded-xl border border-edge bg-surface px-3.5 text-base'
const wrong = 'border-2 border-stop'

/** A labelled line of input. */
export function Field({ label, hint, error, className, ...rest }: ComponentProps<'input'> & FieldText) {
  return (
    <FieldFrame label={label} hint={hint} error={error}>
      {wires => (
        <input {...wires} className={classNames(look, 'min-h-12', error && wrong, className)} {...rest} />
      )}
    </FieldFrame>
  )
}

/** Several lines of input. */
export function AreaField({
  label,
  hint,
  error,
  className,
  ...rest
}: ComponentProps<'textarea'> & FieldText) {
  return (
    <FieldFrame label={label} hint={hint} error={error}>
      {wires => (
        <textarea
          {...wires}
          className={classNames(look, 'block py-2.5', error && wrong, className)}
          {...rest}
        />
      )}
    </FieldFrame>
  )
}
