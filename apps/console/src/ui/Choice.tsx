import { useId } from 'react'

export type ChoiceOption = { value: string; label: string }

/** One of a few: the browser's own list, which every phone and screen reader knows. */
export function Choice(props: {
  label: string
  value: string
  options: ChoiceOption[]
  onChoose: (value: string) => void
}) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {props.label}
      </label>
      <select
        id={id}
        value={props.value}
        onChange={event => props.onChoose(event.target.value)}
        className="min-h-12 w-full truncate rounded-xl border border-edge bg-surface px-3 text-base"
      >
        {props.options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
