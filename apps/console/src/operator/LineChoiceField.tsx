import type { OperatorLine, OperatorView } from '@ringdown/contract'
import { type LucideIcon, Monitor, Phone } from 'lucide-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { classNames } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { mayChooseLine } from './desk.rules.ts'
import type { LineChoice } from './line-choice.ts'

const icons: Record<OperatorLine, LucideIcon> = { browser: Monitor, 'desk phone': Phone }

/** Browser or desk phone, as one question with two answers. */
export function LineChoiceField(props: { choice: LineChoice; view: OperatorView; disabled: boolean }) {
  const { choice, view } = props
  const { t } = useTranslation()
  const { choosing } = useValue(choice)
  const id = useId()
  const isFree = mayChooseLine(view)
  const chosen = choosing ?? (view.deskPhone.answers ? 'desk phone' : 'browser')
  return (
    <fieldset
      disabled={props.disabled || !isFree}
      aria-busy={choosing !== null}
      aria-describedby={isFree ? undefined : `${id}-note`}
      className="mx-auto mt-5 max-w-sm"
    >
      <legend className="mb-2 w-full text-sm font-medium">{t('deskLine/choice')}</legend>
      <div className="grid grid-cols-2 gap-1 rounded-xl border border-edge p-1">
        {(['browser', 'desk phone'] as const).map(line => (
          <LineOption
            key={line}
            group={id}
            line={line}
            checked={chosen === line}
            onChoose={() => void choice.choose(line)}
          />
        ))}
      </div>
      {!isFree && (
        <p id={`${id}-note`} className="mt-2 text-sm text-quiet">
          {t('deskLine/afterCall')}
        </p>
      )}
    </fieldset>
  )
}

function LineOption(props: { group: string; line: OperatorLine; checked: boolean; onChoose: () => void }) {
  const { t } = useTranslation()
  const Icon = icons[props.line]
  return (
    <label
      className={classNames(
        'flex min-h-12 cursor-pointer items-center justify-center gap-2 rounded-lg border-2 px-2 text-sm leading-tight font-semibold',
        'has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-(--focus) has-disabled:cursor-not-allowed has-disabled:opacity-55',
        props.checked ? 'border-go text-go' : 'border-transparent text-quiet hover:bg-raised',
      )}
    >
      <input
        type="radio"
        name={props.group}
        className="sr-only"
        checked={props.checked}
        onChange={props.onChoose}
      />
      <Icon aria-hidden className="size-4.5 shrink-0" />
      {t(`deskLine/with/${props.line}`)}
    </label>
  )
}
