import { type ComponentProps, useId } from 'react'

/** A labelled line of input. */
export function Field({ label, ...rest }: ComponentProps<'input'> & { label: string }) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className="min-h-12 w-full rounded-xl border border-edge bg-surface px-3.5 text-base"
        {...rest}
      />
    </div>
  )
}
