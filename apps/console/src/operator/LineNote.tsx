import type { OperatorView } from '@ringdown/contract'
import { CircleAlert, CircleCheck, LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { isAtDesk } from '../phone/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Operator } from './operator.ts'

/** The warm line, or the desk phone, in words: what stands between this operator and the next caller. */
export function LineNote({ operator, view }: { operator: Operator; view: OperatorView }) {
  const { t } = useTranslation()
  const { going } = useValue(operator)
  const { status } = view.operator
  return (
    <div aria-live="polite" className="mt-5 flex min-h-6 items-center justify-center gap-2 text-sm">
      {going ? (
        <>
          <Spinner />
          {t(`status/going/${going}`)}
        </>
      ) : isAtDesk(view) ? (
        <DeskPhoneState registered={view.deskPhone.registered} />
      ) : status === 'offline' ? (
        <span className="text-quiet">{t('status/microphoneNote')}</span>
      ) : (
        status !== 'on-break' && <LineState state={view.line.state} />
      )}
    </div>
  )
}

/** One that is missing is a warning, and said above. */
function DeskPhoneState({ registered }: { registered: number }) {
  const { t } = useTranslation()
  return registered > 0 && <Ready text={t('deskLine/ready', { count: registered })} />
}

function Ready({ text }: { text: string }) {
  return (
    <>
      <CircleCheck aria-hidden className="size-4.5 shrink-0 text-go" />
      {text}
    </>
  )
}

function LineState({ state }: { state: OperatorView['line']['state'] }) {
  const { t } = useTranslation()
  const text = t(`status/line/${state}`)
  if (state === 'warm') return <Ready text={text} />
  if (state !== 'cold') {
    return (
      <>
        <Spinner />
        {text}
      </>
    )
  }
  return (
    <span className="inline-flex items-center gap-2 text-warn">
      <CircleAlert aria-hidden className="size-4.5 shrink-0" />
      {text}
    </span>
  )
}

function Spinner() {
  return <LoaderCircle aria-hidden className="size-4.5 shrink-0 animate-spin text-quiet" />
}
