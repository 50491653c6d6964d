import type { CallDirection, ParticipantView } from '@ringdown/contract'
import { Headset, MicOff, Phone, Unplug } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** Who is in the call, and in what condition. */
export function Participants(props: {
  participants: ParticipantView[]
  self: string
  direction: CallDirection
}) {
  const { participants, self } = props
  const { t } = useTranslation()
  const outside = props.direction === 'in' ? 'caller' : 'called'
  return (
    <ul aria-label={t('call/participants')} className="flex flex-wrap gap-2">
      {participants.map(participant => {
        const Icon = participant.role === 'operator' ? Headset : Phone
        const own = participant.role === 'operator' && participant.name === self
        return (
          <li
            key={`${participant.role} ${participant.name}`}
            className="inline-flex items-center gap-2 rounded-full bg-raised px-3.5 py-1.5 text-sm"
          >
            <Icon aria-hidden className="size-4 text-quiet" />
            <span>
              {participant.name}{' '}
              <span className="text-quiet">
                (
                {own ? t('call/you') : t(`call/role/${participant.role === 'caller' ? outside : 'operator'}`)}
                )
              </span>
            </span>
            {participant.muted && <State icon={MicOff} text={t('call/participantMuted')} />}
            {!participant.present && <State icon={Unplug} text={t('call/away')} />}
          </li>
        )
      })}
    </ul>
  )
}

function State({ icon: Icon, text }: { icon: typeof MicOff; text: string }) {
  return (
    <span className="inline-flex items-center gap-1 text-warn">
      <Icon aria-hidden className="size-4" />
      {text}
    </span>
  )
}
