import type { OperatorView, QueuedCallView } from '@ringdown/contract'
import { PhoneIncoming, Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IdentityMark } from '../identity/index.ts'
import { clockText, isoDuration } from '../time/index.ts'
import { Card, classNames, EmptyState } from '../ui/index.ts'

/** Who waits, and for how long. `now`: the server's clock. */
export function QueueCard({ view, now, className }: { view: OperatorView; now: number; className: string }) {
  const { t } = useTranslation()
  const { queue } = view
  return (
    <Card
      title={t('queue/title')}
      className={className}
      aside={
        queue.length > 0 && (
          <span className="rounded-full bg-warn-soft px-2.5 py-0.5 text-sm font-semibold text-warn tabular-nums">
            {queue.length}
          </span>
        )
      }
    >
      {queue.length === 0 ? (
        <EmptyState icon={Users} title={t('queue/empty')} note={t('queue/emptyNote')} />
      ) : (
        <ol className="max-h-96 lg:max-h-[70dvh] overflow-y-auto border-t border-line">
          {queue.map(call => (
            <QueuedCall key={call.call} call={call} now={now} />
          ))}
        </ol>
      )}
    </Card>
  )
}

function QueuedCall({ call, now }: { call: QueuedCallView; now: number }) {
  const { t } = useTranslation()
  const waited = now - call.waitingSince
  const offered = call.state === 'offered'
  return (
    <li className="flex items-center gap-3 border-b border-line px-5 py-3 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{call.caller.mask}</p>
        <p className="truncate text-sm text-quiet">
          {t('queue/position', { position: call.position })} · {call.queue}
        </p>
        <IdentityMark identity={call.identity} />
      </div>
      <div className="text-end">
        <time dateTime={isoDuration(waited)} className="font-semibold tabular-nums">
          <span className="sr-only">{t('queue/waiting')}: </span>
          {clockText(waited)}
        </time>
        <p
          className={classNames(
            'flex items-center justify-end gap-1 text-sm text-go',
            !offered && 'invisible',
          )}
        >
          <PhoneIncoming aria-hidden className="size-3.5" />
          {t('queue/offered')}
        </p>
      </div>
    </li>
  )
}
