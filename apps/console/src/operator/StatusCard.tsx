import type { OperatorStatus, OperatorView } from '@ringdown/contract'
import {
  CircleCheck,
  Coffee,
  Headset,
  type LucideIcon,
  Moon,
  PhoneIncoming,
  PhoneMissed,
  Users,
  Wind,
} from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { isAtDesk } from '../phone/index.ts'
import { Button, classNames } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { missesDeskPhone, offersLineChoice } from './desk.rules.ts'
import { LineChoiceField } from './LineChoiceField.tsx'
import { LineNote } from './LineNote.tsx'
import type { LineChoice } from './line-choice.ts'
import type { Operator } from './operator.ts'

const icons: Record<OperatorStatus, LucideIcon> = {
  offline: Moon,
  available: Headset,
  ringing: PhoneIncoming,
  'on-call': Headset,
  'wrap-up': Wind,
  'on-break': Coffee,
}

export type StatusCardProps = {
  operator: Operator
  lineChoice: LineChoice
  view: OperatorView
  connected: boolean
  warnings: ReactNode
  /** To lead the focus to. */
  region: RefObject<HTMLElement | null>
  /** What else can be done between calls. */
  actions?: ReactNode
}

/** What this operator is doing, and the one thing to do next. */
export function StatusCard(props: StatusCardProps) {
  const { operator, lineChoice, view, connected, warnings, actions } = props
  const { t } = useTranslation()
  const { busy } = useValue(operator)
  const { status } = view.operator
  // Available in name only: nothing rings.
  const isUnreached = status === 'available' && missesDeskPhone(view)
  const Icon = isUnreached ? PhoneMissed : icons[status]
  const awake = !isUnreached && (status === 'available' || status === 'ringing')
  return (
    <section
      ref={props.region}
      tabIndex={-1}
      aria-label={t('status/heading')}
      className="rounded-2xl outline-none border border-line bg-surface px-5 py-8 text-center sm:px-8 sm:py-10"
    >
      <span
        aria-hidden
        className={classNames(
          'mx-auto mb-4 grid size-18 place-items-center rounded-full',
          awake ? 'bg-go-fill text-on-fill' : isUnreached ? 'bg-warn-soft text-warn' : 'bg-raised text-quiet',
        )}
      >
        <Icon className="size-8" />
      </span>
      <h1 className="text-3xl font-semibold">{t(`status/${status}`)}</h1>
      <Lead view={view} />
      <div className="mx-auto mt-5 flex max-w-lg flex-col gap-3 empty:hidden">{warnings}</div>
      <StatusButtons operator={operator} status={status} connected={connected} />
      {actions && <div className="mx-auto mt-2.5 flex max-w-sm flex-col items-stretch">{actions}</div>}
      <LineNote operator={operator} view={view} />
      {offersLineChoice(view) && (
        <LineChoiceField choice={lineChoice} view={view} disabled={!connected || busy} />
      )}
      <p className="mt-6 inline-flex items-center gap-2 text-sm text-quiet">
        <Users aria-hidden className="size-4" />
        {t('status/operators', { count: view.operatorsAvailable })}
      </p>
    </section>
  )
}

function Lead({ view }: { view: OperatorView }) {
  const { t } = useTranslation()
  const { status } = view.operator
  // The warning says what is so instead.
  if (status === 'available' && missesDeskPhone(view)) return null
  return (
    <p className="mx-auto mt-2 max-w-md text-balance text-quiet">
      {isAtDesk(view) ? t(`deskLine/lead/${status}`) : t(`status/${status}Lead`)}
    </p>
  )
}

/** Exactly one of these is big: the likely next step. */
export function StatusButtons(props: { operator: Operator; status: OperatorStatus; connected: boolean }) {
  const { operator, status, connected } = props
  const { t } = useTranslation()
  const { busy, going } = useValue(operator)
  const disabled = !connected || busy
  const away = status === 'offline' || status === 'on-break' || status === 'wrap-up'
  return (
    <div className="mx-auto mt-7 flex max-w-sm flex-col items-stretch gap-2.5">
      {away && (
        <Button
          kind="go"
          size="large"
          busy={going !== null}
          disabled={disabled}
          onClick={() => void operator.goAvailable()}
        >
          <CircleCheck aria-hidden className="size-6" />
          {t('status/goAvailable')}
        </Button>
      )}
      {(status === 'available' || status === 'wrap-up') && (
        <Button
          size={away ? 'medium' : 'large'}
          disabled={disabled}
          onClick={() => void operator.takeBreak()}
        >
          <Coffee aria-hidden className="size-5" />
          {t('status/takeBreak')}
        </Button>
      )}
      {(status === 'available' || status === 'on-break') && (
        <Button kind="ghost" disabled={disabled} onClick={() => void operator.goOffline()}>
          {t('status/goOffline')}
        </Button>
      )}
    </div>
  )
}
