import type { DeviceList } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'
import { CopyButton } from './CopyButton.tsx'
import { grouped } from './grouping.rules.ts'

/** What is typed into a telephone. The password only when it was just made. */
export function PhoneSettings(props: {
  server: DeviceList['server']
  username: string
  password?: string | undefined
}) {
  const { t } = useTranslation()
  const { server, username, password } = props
  return (
    <dl className="mt-2 flex flex-col gap-3">
      <Setting name={t('deskPhones/made/server')} value={server.host} />
      <Setting name={t('deskPhones/made/username')} value={username} />
      {password !== undefined && <Setting name={t('deskPhones/made/password')} value={password} isGrouped />}
      <div>
        <dt className="text-sm text-quiet">{t('deskPhones/made/ports')}</dt>
        {server.transports.map(({ transport, port }) => (
          <dd key={transport} className="font-mono">
            {t('deskPhones/made/port', { transport: transport.toUpperCase(), port })}
          </dd>
        ))}
      </div>
      <Setting name={t('deskPhones/made/realm')} value={server.realm} hint={t('deskPhones/made/realmHint')} />
    </dl>
  )
}

function Setting(props: { name: string; value: string; isGrouped?: boolean; hint?: string }) {
  const { name, value } = props
  return (
    <div>
      <dt className="text-sm text-quiet">
        {name}
        {props.hint && ` · ${props.hint}`}
      </dt>
      <dd className="flex items-center justify-between gap-x-3">
        <span className="min-w-0 font-mono text-base wrap-anywhere">
          {props.isGrouped ? <Grouped text={value} /> : value}
        </span>
        <CopyButton name={name} text={value} />
      </dd>
    </div>
  )
}

/** In fours for the eye; there are no spaces to be copied. */
function Grouped({ text }: { text: string }) {
  return (
    <>
      <span className="sr-only">{text}</span>
      <span aria-hidden className="flex flex-wrap gap-x-2.5">
        {grouped(text).map(({ at, part }) => (
          <span key={at}>{part}</span>
        ))}
      </span>
    </>
  )
}
