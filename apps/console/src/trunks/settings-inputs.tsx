import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { AreaField, Choice, type ChoiceOption, Field, Toggle } from '../ui/index.ts'
import type { Problems } from './check-draft.rules.ts'
import type { TrunkDraft } from './draft.rules.ts'
import type { TrunkForm } from './trunk-form.ts'

/** What every part of the form is given. */
export type Part = { form: TrunkForm; draft: TrunkDraft; problems: Problems; hasPassword: boolean }

type FieldsOf<Value> = {
  [Key in keyof TrunkDraft]: Value extends TrunkDraft[Key] ? Key : never
}[keyof TrunkDraft]

type TextProps = {
  part: Part
  field: FieldsOf<string>
  /** Where problems with it are found; see `Problems`. */
  place: string
  label: string
  hint?: string | undefined
}

/** What is wrong at a place of the settings, in words; undefined: nothing. */
export function problemText(t: TFunction, problems: Problems, place: string): string | undefined {
  const problem = problems[place]
  return problem && t(`trunks/problem/${problem.kind}`, { entries: problem.entries })
}

/** One line of the draft. Browsers keep their hands off: nothing here is about the person who types. */
export function TextSetting(props: TextProps & { type?: 'password'; numeric?: boolean }) {
  const { t } = useTranslation()
  const { part, field, place } = props
  return (
    <Field
      label={props.label}
      hint={props.hint}
      error={problemText(t, part.problems, place)}
      type={props.type ?? 'text'}
      inputMode={props.numeric ? 'numeric' : undefined}
      autoComplete={props.type === 'password' ? 'new-password' : 'off'}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      value={part.draft[field]}
      onChange={event => part.form.edit(field, event.target.value, [place])}
    />
  )
}

export function LinesSetting(props: TextProps & { rows: number }) {
  const { t } = useTranslation()
  const { part, field, place } = props
  return (
    <AreaField
      label={props.label}
      hint={props.hint}
      error={problemText(t, part.problems, place)}
      rows={props.rows}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      className="font-mono text-sm"
      value={part.draft[field]}
      onChange={event => part.form.edit(field, event.target.value, [place])}
    />
  )
}

export function ToggleSetting(props: {
  part: Part
  field: FieldsOf<boolean>
  /** Places whose problems may be gone when it is switched. */
  about?: string[]
  label: string
  note?: string
}) {
  const { part, field } = props
  return (
    <Toggle
      label={props.label}
      {...(props.note !== undefined && { note: props.note })}
      on={part.draft[field]}
      onChange={on => part.form.edit(field, on, props.about ?? [])}
    />
  )
}

export function ChoiceSetting<Key extends 'out' | 'callerIdHeader' | 'encryption'>(props: {
  part: Part
  field: Key
  label: string
  options: (ChoiceOption & { value: TrunkDraft[Key] })[]
}) {
  const { part, field } = props
  const choose = (value: string) => {
    const option = props.options.find(known => known.value === value)
    if (option) part.form.edit(field, option.value, [])
  }
  return <Choice label={props.label} value={part.draft[field]} options={props.options} onChoose={choose} />
}
