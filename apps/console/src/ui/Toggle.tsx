import { Switch } from 'radix-ui'
import { useId } from 'react'

/** On or off, at once. */
export function Toggle(props: {
  label: string
  note?: string
  on: boolean
  onChange: (on: boolean) => void
}) {
  const id = useId()
  return (
    <div className="flex items-center justify-between gap-4">
      <div>
        <label htmlFor={id} className="text-sm font-medium">
          {props.label}
        </label>
        {props.note && (
          <p id={`${id}-note`} className="text-sm text-quiet">
            {props.note}
          </p>
        )}
      </div>
      <Switch.Root
        id={id}
        checked={props.on}
        onCheckedChange={props.onChange}
        aria-describedby={props.note ? `${id}-note` : undefined}
        className="relative h-7 w-12 shrink-0 rounded-full border border-edge bg-raised transition-colors data-[state=checked]:border-go data-[state=checked]:bg-go-fill"
      >
        <Switch.Thumb className="absolute top-1/2 block size-5 -translate-y-1/2 rounded-full bg-edge transition-[inset-inline-start] [inset-inline-start:3px] data-[state=checked]:bg-on-fill data-[state=checked]:[inset-inline-start:23px]" />
      </Switch.Root>
    </div>
  )
}
