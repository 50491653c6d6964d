import type { RecentCallView } from '@ringdown/contract'
import { History, Phone, PhoneMissed, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IdentityMark } from '../identity/index.ts'
import { agoText, clockText } from '../time/index.ts'
import { Card, classNames, EmptyState } from '../ui/index.ts'
import { endingTone, endingWords } from './ending-tone.rules.ts'

const icons = { good: Phone, missed: PhoneMissed, trouble: TriangleAlert } as const
const colours = { good: 'text-go', missed: 'text-warn', trouble: 'text-stop' } as const

/** What became of the last calls. `now`: the server's clock. */
export function RecentCallsCard({ recent, now }: { recent: RecentCallView[]; now: number }) {
  const { t } = useTranslation()
  return (
    <Card title={t('history/title')}>
      {recent.length === 0 ? (
        <EmptyState icon={History} title={t('history/empty')} note={t('history/emptyNote')} />
      ) : (
        <ul className="max-h-96 overflow-y-auto border-t border-line">
          {recent.map(call => (
            <RecentCall key={call.call} call={call} now={now} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function RecentCall({ call, now }: { call: RecentCallView; now: number }) {
  const { t, i18n } = useTranslation()
  const tone = endingTone(call.ending)
  const Icon = icons[tone]
  const details = [
    t(`history/direction/${call.direction}`),
    t(`history/ending/${endingWords(call)}`),
    call.answeredAt === null
      ? null
      : t('history/talked', { time: clockText(call.endedAt - call.answeredAt) }),
    call.operator === null ? null : t('history/by', { name: call.operator }),
  ].filter(detail => detail !== null)
  return (
    <li className="flex items-start gap-3 border-b border-line px-5 py-3 last:border-b-0">
      <Icon aria-hidden className={classNames('mt-1 size-4.5 shrink-0', colours[tone])} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{call.caller.mask}</p>
        <p className="text-sm text-quiet">{details.join(' · ')}</p>
        <IdentityMark identity={call.identity} />
      </div>
      <time dateTime={new Date(call.endedAt).toISOString()} className="shrink-0 text-sm text-quiet">
        {agoText({ ms: now - call.endedAt, language: i18n.language })}
      </time>
    </li>
  )
}
