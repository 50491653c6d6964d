import type { ActiveCallView } from '@ringdown/contract'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { clockText } from '../time/index.ts'
import { useFocusOnce } from '../ui/index.ts'
import type { Operator } from './operator.ts'
import { StatusButtons } from './StatusCard.tsx'

/** The moment after a call. */
export function WrapUpCard(props: {
  operator: Operator
  active: ActiveCallView
  now: number
  connected: boolean
  warnings: ReactNode
}) {
  const { active, now } = props
  const { t } = useTranslation()
  const region = useFocusOnce<HTMLElement>()
  return (
    <section
      ref={region}
      tabIndex={-1}
      aria-label={t('call/wrapTitle')}
      className="rounded-2xl outline-none border border-line bg-surface px-5 py-8 text-center sm:px-8 sm:py-10"
    >
      <h1 className="text-3xl font-semibold">{t('call/wrapping')}</h1>
      <p className="mt-2 text-quiet">{active.caller.mask}</p>
      {active.wrapUpUntil !== null && (
        <p className="mt-4 text-lg tabular-nums">
          {t('call/wrapLead', { time: clockText(active.wrapUpUntil - now) })}
        </p>
      )}
      <div className="mx-auto mt-5 flex max-w-lg flex-col gap-3 empty:hidden">{props.warnings}</div>
      <StatusButtons operator={props.operator} status="wrap-up" connected={props.connected} />
    </section>
  )
}
