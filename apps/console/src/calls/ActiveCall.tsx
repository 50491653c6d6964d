import type { ActiveCallView } from '@ringdown/contract'
import { PhoneOff, Phone as PhoneSign } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IdentityNote } from '../identity/index.ts'
import type { Phone } from '../phone/index.ts'
import { clockText, isoDuration } from '../time/index.ts'
import { Button, classNames, useFocusOnce } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { CallControls } from './CallControls.tsx'
import { CallerLine } from './CallerLine.tsx'
import type { CurrentCall } from './current-call.ts'
import { isDigit } from './digits.rules.ts'
import { Keypad } from './Keypad.tsx'
import { Participants } from './Participants.tsx'
import { phaseOf } from './phase.rules.ts'
import { QualityPanel } from './QualityPanel.tsx'
import { callShortcut, isShortcutPress } from './shortcut.rules.ts'
import { useShortcuts } from './use-shortcuts.ts'

export type ActiveCallProps = {
  call: CurrentCall
  phone: Phone
  active: ActiveCallView
  /** It is talked on there, and only steered from here. */
  atDesk: boolean
  self: string
  now: number
  /** False while the gateway cannot be told anything. */
  connected: boolean
  shortcuts: boolean
  warnings: ReactNode
}

/** The running call and everything that can be done with it. */
export function ActiveCall({
  call,
  phone,
  active,
  atDesk,
  self,
  now,
  connected,
  shortcuts,
  warnings,
}: ActiveCallProps) {
  const { t } = useTranslation()
  const { pending, digits } = useValue(call)
  const quality = useValue(phone.quality)
  const muted = useValue(phone.muted)
  const [keypad, setKeypad] = useState(false)
  const disabled = !connected || pending !== null
  const isAnswered = active.state !== 'dialing'
  const region = useFocusOnce<HTMLElement>()

  useShortcuts({
    enabled: shortcuts || keypad,
    onPress: press => {
      if (keypad && isDigit(press.key) && isShortcutPress({ ...press, repeated: false }))
        call.press(press.key)
      const shortcut = shortcuts ? callShortcut({ press, atDesk }) : null
      if (shortcut === 'mute') call.toggleMute()
      if (shortcut === 'hold' && isAnswered && active.state !== 'parked' && !disabled) void call.toggleHold()
      if (shortcut === 'keypad' && isAnswered) setKeypad(open => !open)
    },
  })

  return (
    <section
      ref={region}
      tabIndex={-1}
      aria-label={t('call/title')}
      className="rounded-2xl border-2 border-go bg-surface p-5 outline-none sm:p-7"
    >
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <div className="min-w-0">
          <CallerLine caller={active.caller} queue={active.queue} direction={active.direction} isHeading />
        </div>
        <Duration ms={now - active.connectedAt} />
      </div>
      <IdentityNote identity={active.identity} />
      <StateLine active={active} atDesk={atDesk} />
      {atDesk && <AtDesk />}
      {muted && <p className="mt-1 font-medium text-warn">{t('call/mutedNote')}</p>}
      <div className="mt-4 flex flex-col gap-3 empty:hidden">{warnings}</div>
      <CallControls
        call={call}
        phone={phone}
        active={active}
        atDesk={atDesk}
        connected={connected}
        shortcuts={shortcuts}
        keypad={keypad}
        onKeypad={() => setKeypad(open => !open)}
      />
      {keypad && <Keypad digits={digits} disabled={!connected} onPress={digit => call.press(digit)} />}
      <Button
        kind="stop"
        size="large"
        busy={pending === 'hang up'}
        disabled={disabled}
        onClick={() => void call.hangUp()}
        // In sight also where the keypad takes the whole screen of a phone.
        className="sticky bottom-3 z-1 mt-4 w-full"
      >
        <PhoneOff aria-hidden className="size-6" />
        {t('call/hangUp')}
      </Button>
      <div className="mt-6 flex flex-col gap-4 border-t border-line pt-5">
        <Participants participants={active.participants} self={self} direction={active.direction} />
        {!atDesk && isAnswered && <QualityPanel quality={quality} paused={active.state !== 'connected'} />}
      </div>
    </section>
  )
}

function Duration({ ms }: { ms: number }) {
  const { t } = useTranslation()
  return (
    <time dateTime={isoDuration(ms)} className="text-4xl font-semibold tabular-nums sm:text-5xl">
      <span className="sr-only">{t('call/duration')}: </span>
      {clockText(ms)}
    </time>
  )
}

function StateLine({ active, atDesk }: { active: ActiveCallView; atDesk: boolean }) {
  const { t } = useTranslation()
  const phase = phaseOf(active)
  const well = active.state === 'connected'
  const waits = active.state === 'dialing'
  return (
    <p
      className={classNames(
        'mt-3 flex items-center gap-2.5 font-medium',
        well ? 'text-go' : waits ? 'text-quiet' : 'text-warn',
      )}
    >
      <span
        aria-hidden
        className={classNames(
          'size-2.5 shrink-0 rounded-full',
          well ? 'bg-go' : 'motion-safe:animate-breathe',
          !well && (waits ? 'bg-quiet' : 'bg-warn'),
        )}
      />
      {phase === 'parked' && atDesk ? t('deskLine/parked') : t(`call/${phase}`)}
    </p>
  )
}

/** Where the voice is, and with it the key that mutes it. */
function AtDesk() {
  const { t } = useTranslation()
  return (
    <p className="mt-1 flex items-start gap-2.5 text-quiet">
      <PhoneSign aria-hidden className="mt-1 size-4 shrink-0" />
      {t('deskLine/talk')}
    </p>
  )
}
