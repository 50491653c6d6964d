import type { OperatorView } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'
import { RecentCallsCard } from '../history/index.ts'
import { QueueCard } from '../queues/index.ts'
import { Notice } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'
import { Replaced } from './Replaced.tsx'
import { Stage } from './Stage.tsx'

/** The page of somebody who answers calls. `now`: the server's clock. */
export function OperatorPage({ console, now }: { console: Console; now: number }) {
  const { connection, view } = useValue(console.live)
  const connected = connection === 'open'
  if (connection === 'replaced') return <Replaced onUse={() => console.live.start()} />
  return (
    <>
      <ConnectionNotice connected={connected} view={view} />
      {view && <Board console={console} view={view} now={now} connected={connected} />}
    </>
  )
}

function Board(props: { console: Console; view: OperatorView; now: number; connected: boolean }) {
  const { view, now } = props
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem] lg:grid-rows-[auto_1fr] lg:gap-6">
      <Stage {...props} />
      <QueueCard view={view} now={now} className="lg:row-span-2" />
      <RecentCallsCard recent={view.recent} now={now} />
    </div>
  )
}

function ConnectionNotice({ connected, view }: { connected: boolean; view: OperatorView | null }) {
  const { t } = useTranslation()
  if (connected && view) return null
  if (!view) {
    return (
      <p role="status" className="py-16 text-center text-quiet">
        {t('connection/connecting')}
      </p>
    )
  }
  return (
    <Notice tone="warn" className="mb-4">
      {t(view.active ? 'connection/waitingDuringCall' : 'connection/waiting')}
    </Notice>
  )
}
