import type { TrunkView } from '@ringdown/contract'
import { ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { PageLink, type Pages } from '../pages/index.ts'
import { StateMark } from './StateMark.tsx'
import { hostTones, registrationTones, standingOf, standingTones } from './standing.rules.ts'
import { trunkTemplates } from './templates.rules.ts'

/** One trunk of the list: what it is, and how it is doing. */
export function TrunkCard({ trunk, pages }: { trunk: TrunkView; pages: Pages }) {
  const { t } = useTranslation()
  const { settings, state } = trunk
  const standing = standingOf(trunk)
  const hosts = settings.hosts.map(({ host }) => host).join(', ')
  const { brand } = trunkTemplates[settings.template]
  return (
    <li className="relative rounded-2xl border border-line bg-surface p-5 hover:bg-raised">
      <div className="flex items-start justify-between gap-3">
        <h2 className="min-w-0 text-lg font-semibold wrap-anywhere">
          <PageLink
            pages={pages}
            to={{ at: 'trunk', id: trunk.id }}
            aria-label={t('trunks/change', { name: settings.name })}
            className="after:absolute after:inset-0 after:rounded-2xl"
          >
            {settings.name}
          </PageLink>
        </h2>
        <ChevronRight aria-hidden className="mt-1 size-5 shrink-0 text-quiet rtl:-scale-x-100" />
      </div>
      <StateMark tone={standingTones[standing]} className="mt-1 font-medium">
        {t(`trunks/standing/${standing}`)}
      </StateMark>
      <dl className="mt-3 grid gap-x-6 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        <dt className="text-quiet">{t('trunks/servers')}</dt>
        <dd className="min-w-0 wrap-anywhere">{hosts || t('trunks/noServers')}</dd>
        {brand && (
          <>
            <dt className="text-quiet">{t('trunks/template')}</dt>
            <dd>{brand}</dd>
          </>
        )}
      </dl>
      {settings.enabled && (
        <>
          <TrunkDetails state={state} />
          <p className="mt-3 text-sm text-quiet">{t('trunks/callsNow', { count: state.calls })}</p>
        </>
      )}
    </li>
  )
}

/** What each registration and each server says, with the reason where one was given. */
function TrunkDetails({ state }: { state: TrunkView['state'] }) {
  const { t } = useTranslation()
  const { registrations, hosts } = state
  if (registrations.length + hosts.length === 0) return null
  const detail = (...parts: (string | null)[]) => parts.filter(part => part).join(' · ')
  return (
    <ul aria-label={t('trunks/state')} className="mt-3 flex flex-col gap-1 border-t border-line pt-3 text-sm">
      {registrations.map(({ host, state: at, reason }) => (
        <li key={`registration ${host}`}>
          <StateMark tone={registrationTones[at]}>
            {detail(t(`trunks/registration/${at}`, { host }), reason)}
          </StateMark>
        </li>
      ))}
      {hosts.map(({ host, state: at, reason, roundTripMs }) => (
        <li key={`host ${host}`}>
          <StateMark tone={hostTones[at]}>
            {detail(
              t(`trunks/host/${at}`, { host }),
              at === 'up' && roundTripMs !== null ? t('trunks/ms', { value: Math.round(roundTripMs) }) : null,
              at === 'up' ? null : reason,
            )}
          </StateMark>
        </li>
      ))}
    </ul>
  )
}
