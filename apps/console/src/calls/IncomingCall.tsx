import type { OfferView } from '@ringdown/contract'
import { Phone, PhoneIncoming, PhoneOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IdentityNote } from '../identity/index.ts'
import { clockText } from '../time/index.ts'
import { Button, classNames, Kbd, QuestionModal } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { CallerLine } from './CallerLine.tsx'
import type { CurrentCall } from './current-call.ts'
import { type Answer, answersTo, ringingShortcut, shortcutKeys } from './shortcut.rules.ts'
import { useShortcuts } from './use-shortcuts.ts'

export type IncomingCallProps = {
  call: CurrentCall
  offer: OfferView
  /** It is picked up there, not here. */
  atDesk: boolean
  /** The server's clock. */
  now: number
  shortcuts: boolean
  /** What stands in the way of a conversation: no microphone, no sound. */
  warnings: ReactNode
}

/** The call that rings here. */
export function IncomingCall({ call, offer, atDesk, now, shortcuts, warnings }: IncomingCallProps) {
  const { t } = useTranslation()
  const { pending } = useValue(call)
  const answers = answersTo({ atDesk })
  const [openedAt] = useState(() => performance.now())
  useShortcuts({
    enabled: shortcuts && pending === null,
    onPress: press => {
      const answer = ringingShortcut({ press, ringingForMs: performance.now() - openedAt, answers })
      if (answer === 'accept') void call.accept()
      if (answer === 'decline') void call.decline()
    },
  })
  return (
    <QuestionModal
      title={t('incoming/title')}
      description={
        <div className="mt-5">
          <RingingSign />
          <CallerLine caller={offer.caller} queue={offer.queue} />
          <IdentityNote identity={offer.identity} />
          <p className="mt-3 text-lg tabular-nums">
            {t('incoming/waiting', { time: clockText(now - offer.waitingSince) })}
          </p>
          {atDesk && <PickUp />}
        </div>
      }
    >
      <TimeLeft offer={offer} atDesk={atDesk} now={now} />
      <div className="mt-3 empty:hidden">{warnings}</div>
      <div className={classNames('mt-5 grid gap-3', atDesk ? 'mx-auto max-w-56' : 'sm:grid-cols-[3fr_2fr]')}>
        {answers.map(answer => (
          <AnswerButton key={answer} call={call} answer={answer} shortcuts={shortcuts} />
        ))}
      </div>
      <p className="mt-4 text-sm text-quiet">{t('incoming/declineNote')}</p>
    </QuestionModal>
  )
}

function AnswerButton(props: { call: CurrentCall; answer: Answer; shortcuts: boolean }) {
  const { call, answer, shortcuts } = props
  const { t } = useTranslation()
  const { pending } = useValue(call)
  const accepts = answer === 'accept'
  return (
    <Button
      kind={accepts ? 'go' : 'plain'}
      size="large"
      aria-keyshortcuts={shortcuts ? shortcutKeys[answer] : undefined}
      busy={pending === answer}
      disabled={pending !== null}
      onClick={() => void call[answer]()}
      className={accepts ? undefined : 'min-h-13 px-3 sm:min-h-16'}
    >
      {accepts ? (
        <Phone aria-hidden className="size-5" />
      ) : (
        <PhoneOff aria-hidden className="size-5 text-stop" />
      )}
      {t(`incoming/${answer}`)}
      {shortcuts && <Kbd>{shortcutKeys[answer]}</Kbd>}
    </Button>
  )
}

function PickUp() {
  const { t } = useTranslation()
  return (
    // No frame: it must not look like something to press.
    <p className="mt-6 mb-2 text-balance text-2xl font-semibold text-go">{t('deskLine/pickUp')}</p>
  )
}

function RingingSign() {
  return (
    <div aria-hidden className="relative mx-auto mb-5 grid size-20 place-items-center">
      <span className="absolute inset-0 rounded-full bg-go-fill motion-safe:animate-ripple" />
      <span className="relative grid size-20 place-items-center rounded-full bg-go-fill text-on-fill">
        <PhoneIncoming className="size-9" />
      </span>
    </div>
  )
}

function TimeLeft({ offer, atDesk, now }: Pick<IncomingCallProps, 'offer' | 'atDesk' | 'now'>) {
  const { t } = useTranslation()
  const time = clockText(Math.max(0, offer.ringsUntil - now))
  return (
    <p className="text-sm text-quiet tabular-nums">
      {atDesk ? t('deskLine/ringsFor', { time }) : t('incoming/ringsFor', { time })}
    </p>
  )
}
