import type { ActiveCallView } from '@ringdown/contract'
import { Grip, Mic, MicOff, Pause, Play, Volume2, VolumeX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Phone } from '../phone/index.ts'
import { classNames } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import { CallButton } from './CallButton.tsx'
import type { CurrentCall } from './current-call.ts'
import { type Shortcut, shortcutKeys } from './shortcut.rules.ts'

export type CallControlsProps = {
  call: CurrentCall
  phone: Phone
  active: ActiveCallView
  atDesk: boolean
  connected: boolean
  shortcuts: boolean
  keypad: boolean
  onKeypad: () => void
}

/** Mute, hold, keypad, speaker. Muting works without the gateway; holding needs it. A desk phone mutes and sounds by itself. */
export function CallControls(props: CallControlsProps) {
  const { call, phone, active, atDesk, connected } = props
  const { t } = useTranslation()
  const { pending } = useValue(call)
  const muted = useValue(phone.muted)
  const speakerOn = useValue(phone.audio.speakerOn)
  const held = active.state === 'held'
  const isAnswered = active.state !== 'dialing'
  const keyOf = (shortcut: Shortcut) => (props.shortcuts ? shortcutKeys[shortcut] : undefined)
  return (
    <div className={classNames('mt-6 grid grid-cols-2 gap-3', !atDesk && 'md:grid-cols-4')}>
      {!atDesk && (
        <CallButton
          icon={muted ? MicOff : Mic}
          label={muted ? t('call/unmute') : t('call/mute')}
          lit={muted}
          shortcut={keyOf('mute')}
          onClick={() => call.toggleMute()}
        />
      )}
      <CallButton
        icon={held ? Play : Pause}
        label={held ? t('call/resume') : t('call/hold')}
        lit={held}
        busy={pending === 'hold' || pending === 'resume'}
        disabled={!connected || pending !== null || !isAnswered || active.state === 'parked'}
        shortcut={keyOf('hold')}
        onClick={() => void call.toggleHold()}
      />
      <CallButton
        icon={Grip}
        label={t('call/keypad')}
        expanded={props.keypad}
        disabled={!isAnswered}
        shortcut={keyOf('keypad')}
        onClick={props.onKeypad}
      />
      {!atDesk && (
        <CallButton
          icon={speakerOn ? Volume2 : VolumeX}
          label={speakerOn ? t('call/speakerOff') : t('call/speakerOn')}
          lit={!speakerOn}
          onClick={() => phone.audio.setSpeaker(!speakerOn)}
        />
      )}
    </div>
  )
}
