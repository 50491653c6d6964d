import type { OfferView } from '@ringdown/contract'
import { Phone, PhoneIncoming, PhoneOff } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IdentityNote } from '../identity/index.ts'
import { clockText } from '../time/index.ts'
import { Button, Kbd, QuestionModal } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { CallerLine } from './CallerLine.tsx'
import type { CurrentCall } from './current-call.ts'
import { ringingShortcut, shortcutKeys } from './shortcut.rules.ts'
import { useShortcuts } from './use-shortcuts.ts'

export type IncomingCallProps = {
  call: CurrentCall
  offer: OfferView
  /** The server's clock. */
  now: number
  shortcuts: boolean
  /** What stands in the way of a conversation: no microphone, no sound. */
  warnings: ReactNode
}

/** The call that rings here. */
export function IncomingCall({ call, offer, now, shortcuts, warnings }: IncomingCallProps) {
  const { t } = useTranslation()
  const { pending } = useValue(call)
  const [openedAt] = useState(() => performance.now())
  useShortcuts({
    enabled: shortcuts && pending === null,
    onPress: press => {
      const answer = ringingShortcut({ press, ringingForMs: performance.now() - openedAt })
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
        </div>
      }
    >
      <TimeLeft offer={offer} now={now} />
      <div className="mt-3 empty:hidden">{warnings}</div>
      <div className="mt-5 grid gap-3 sm:grid-cols-[3fr_2fr]">
        <Button
          kind="go"
          size="large"
          aria-keyshortcuts={shortcuts ? shortcutKeys.accept : undefined}
          busy={pending === 'accept'}
          disabled={pending !== null}
          onClick={() => void call.accept()}
        >
          <Phone aria-hidden className="size-5" />
          {t('incoming/accept')}
          {shortcuts && <Kbd>{shortcutKeys.accept}</Kbd>}
        </Button>
        <Button
          size="large"
          aria-keyshortcuts={shortcuts ? shortcutKeys.decline : undefined}
          busy={pending === 'decline'}
          disabled={pending !== null}
          onClick={() => void call.decline()}
          className="min-h-13 px-3 sm:min-h-16"
        >
          <PhoneOff aria-hidden className="size-5 text-stop" />
          {t('incoming/decline')}
          {shortcuts && <Kbd>{shortcutKeys.decline}</Kbd>}
        </Button>
      </div>
      <p className="mt-4 text-sm text-quiet">{t('incoming/declineNote')}</p>
    </QuestionModal>
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

function TimeLeft({ offer, now }: { offer: OfferView; now: number }) {
  const { t } = useTranslation()
  const left = Math.max(0, offer.ringsUntil - now)
  return (
    <p className="text-sm text-quiet tabular-nums">{t('incoming/ringsFor', { time: clockText(left) })}</p>
  )
}
