import type { DeviceList, DeviceView } from '@ringdown/contract'
import { CircleCheck, CircleDashed, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button, classNames } from '../ui/index.ts'
import { PhoneSettings } from './PhoneSettings.tsx'

/** One telephone: whose it is, and whether it is there. */
export function PhoneCard(props: {
  device: DeviceView
  server: DeviceList['server']
  showsMember: boolean
  onRemove: () => void
}) {
  const { t } = useTranslation()
  const { device, server } = props
  return (
    <li className="rounded-2xl border border-line bg-surface p-5">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-lg font-semibold wrap-anywhere">{device.name}</h2>
          {props.showsMember && device.member.name && (
            <p className="text-sm text-quiet wrap-anywhere">
              {t('deskPhones/of', { name: device.member.name })}
            </p>
          )}
        </div>
        <Button
          kind="ghost"
          size="small"
          aria-label={t('deskPhones/remove', { name: device.name })}
          onClick={props.onRemove}
          className="-me-2 -mt-1 shrink-0"
        >
          <Trash2 aria-hidden className="size-5" />
        </Button>
      </div>
      <Standing contacts={device.contacts} />
      <details className="mt-3 border-t border-line pt-3 text-sm">
        <summary className="min-h-8 cursor-pointer py-1 font-medium">{t('deskPhones/settings')}</summary>
        <PhoneSettings server={server} username={device.username} />
      </details>
    </li>
  )
}

function Standing({ contacts }: Pick<DeviceView, 'contacts'>) {
  const { t } = useTranslation()
  const isThere = contacts.length > 0
  const Icon = isThere ? CircleCheck : CircleDashed
  return (
    <>
      <p
        className={classNames(
          'mt-1.5 flex items-center gap-1.5 font-medium',
          isThere ? 'text-go' : 'text-quiet',
        )}
      >
        <Icon aria-hidden className="size-4.5 shrink-0" />
        {t(isThere ? 'deskPhones/state/registered' : 'deskPhones/state/absent')}
      </p>
      {isThere ? (
        <Contacts contacts={contacts} />
      ) : (
        <p className="text-sm text-quiet">{t('deskPhones/absentHint')}</p>
      )}
    </>
  )
}

/** Several when it is at several places. */
function Contacts({ contacts }: Pick<DeviceView, 'contacts'>) {
  const { t, i18n } = useTranslation()
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' })
  return (
    <ul aria-label={t('deskPhones/contacts')} className="text-sm">
      {contacts.map(({ transport, userAgent, expiresAt }) => (
        <li key={`${transport} ${userAgent} ${expiresAt}`} className="wrap-anywhere">
          {userAgent ?? t('deskPhones/unknownAgent')}
          <span className="text-quiet">
            {' · '}
            {t('deskPhones/contact', { transport: transport.toUpperCase(), time: time.format(expiresAt) })}
          </span>
        </li>
      ))}
    </ul>
  )
}
