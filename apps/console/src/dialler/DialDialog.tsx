import { PhoneOutgoing } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Choice, Field, Modal, Notice, useFocusOnce } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { TrunkChoice } from './calling-trunks.rules.ts'
import type { Dialler } from './dialler.ts'
import type { ReadNumber } from './number.port.ts'

export type DialDialogProps = {
  dialler: Dialler
  /** Null: not known yet. */
  trunks: TrunkChoice[] | null
  connected: boolean
  /** What is wrong with the microphone or the line. */
  problem: ReactNode
}

/** Asks whom to call, and says what a telephone call is not. */
export function DialDialog(props: DialDialogProps) {
  const { t } = useTranslation()
  const { open } = useValue(props.dialler)
  return (
    <Modal
      title={t('dialler/open')}
      closeLabel={t('dialler/close')}
      open={open}
      onClose={() => props.dialler.close()}
    >
      {props.trunks?.length === 0 ? (
        <Notice tone="warn">{t('problem/trunk.none-calls-out')}</Notice>
      ) : (
        <DialForm {...props} />
      )}
    </Modal>
  )
}

function DialForm({ dialler, trunks, connected, problem }: DialDialogProps) {
  const { t } = useTranslation()
  const { number, trunk, step, problem: wrong } = useValue(dialler)
  const field = useFocusOnce<HTMLInputElement>()
  const chosen = trunks?.find(one => one.id === trunk) ?? trunks?.[0]
  const callingCode = chosen?.callingCode ?? null
  const read = dialler.read(callingCode)
  const isMalformed = wrong?.type === 'refused' && wrong.code === 'number.malformed'
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        void dialler.dial(callingCode)
      }}
    >
      <Field
        ref={field}
        label={t('dialler/number')}
        type="tel"
        inputMode="tel"
        autoComplete="off"
        value={number}
        onChange={event => dialler.type(event.target.value)}
        hint={useReading(read)}
        error={isMalformed ? t('problem/number.malformed') : undefined}
        className="text-xl tabular-nums"
      />
      {trunks && trunks.length > 1 && (
        <Choice
          label={t('dialler/trunk')}
          value={chosen?.id ?? ''}
          options={trunks.map(({ id, name }) => ({ value: id, label: name }))}
          onChoose={id => dialler.choose(id)}
        />
      )}
      <Notice tone="info">{t('dialler/warning')}</Notice>
      {!isMalformed && problem}
      <Button type="submit" kind="go" size="large" busy={step !== null} disabled={!connected}>
        <PhoneOutgoing aria-hidden className="size-6" />
        {t('dialler/call')}
      </Button>
      <p aria-live="polite" className="min-h-5 text-center text-sm text-quiet">
        {step && t(`dialler/step/${step}`)}
      </p>
    </form>
  )
}

/** The number as it is understood, with its country's name where that is certain. */
function useReading(read: ReadNumber | null): string {
  const { t, i18n } = useTranslation()
  if (!read) return t('dialler/numberHint')
  if (read.country === null) return read.international
  const name = new Intl.DisplayNames([i18n.language], { type: 'region' }).of(read.country) ?? read.country
  return `${read.international} · ${name}`
}
