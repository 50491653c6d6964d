import { CircleAlert } from 'lucide-react'
import { type ReactNode, useId } from 'react'

export type FieldText = { label: string; hint?: string | undefined; error?: string | undefined }

/** What ties an input to the words around it, for assistive technology. */
export type FieldWires = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

/** A label, an input, what helps to fill it in, and what is wrong with it. */
export function FieldFrame(props: FieldText & { children: (wires: FieldWires) => ReactNode }) {
  const { label, hint, error } = props
  const id = useId()
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      {props.children({
        id,
        'aria-describedby': described || undefined,
        'aria-invalid': error ? true : undefined,
      })}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-sm font-medium text-stop">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 wrap-anywhere">{error}</span>
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-quiet">
          {hint}
        </p>
      )}
    </div>
  )
}
