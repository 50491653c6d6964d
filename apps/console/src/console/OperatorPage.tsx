import type { Me, OperatorView } from '@ringdown/contract'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Announcer } from '../alerts/index.ts'
import { IncomingCall } from '../calls/index.ts'
import { SoundSettings } from '../devices/index.ts'
import { RecentCallsCard } from '../history/index.ts'
import { QueueCard } from '../queues/index.ts'
import { SettingsModal } from '../settings/index.ts'
import { Notice } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'
import { Header } from './Header.tsx'
import { Replaced } from './Replaced.tsx'
import { Stage } from './Stage.tsx'
import { HearingWarnings } from './Warnings.tsx'

/** The page of somebody who answers calls. */
export function OperatorPage({ console, me }: { console: Console; me: Me }) {
  const { connection, view, skewMs } = useValue(console.live)
  const now = useValue(console.ticker) + skewMs
  const [settings, setSettings] = useState(false)
  const connected = connection === 'open'
  const offer = connected ? view?.offer : null
  const ringing = offer?.call

  // A ringing call comes before everything else on the screen, and the microphone is not tested while it is needed.
  useEffect(() => {
    if (ringing !== undefined) setSettings(false)
  }, [ringing])

  return (
    <div className="flex min-h-dvh flex-col">
      <Header
        organization={me.organization.name}
        name={me.user.name}
        onSettings={() => setSettings(true)}
        onSignOut={() => void console.session.signOut()}
      />
      <main id="content" className="mx-auto w-full max-w-6xl flex-1 px-3 py-4 sm:px-6 sm:py-6">
        {connection === 'replaced' ? (
          <Replaced onUse={() => console.live.start()} />
        ) : (
          <>
            <ConnectionNotice connected={connected} view={view} />
            {view && <Board console={console} view={view} now={now} connected={connected} />}
          </>
        )}
      </main>
      {offer && <Ringing key={offer.call} console={console} offer={offer} now={now} />}
      <ConsoleSettings console={console} open={settings} onClose={() => setSettings(false)} />
      <Announcer alerts={console.alerts} />
    </div>
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

function Ringing(props: { console: Console; offer: NonNullable<OperatorView['offer']>; now: number }) {
  const { console, offer, now } = props
  return (
    <IncomingCall
      call={console.call}
      offer={offer}
      now={now}
      shortcuts={useValue(console.settings.shortcuts) === 'on'}
      warnings={<HearingWarnings console={console} />}
    />
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

function ConsoleSettings(props: { console: Console; open: boolean; onClose: () => void }) {
  const { console } = props
  const { settings } = console
  return (
    <SettingsModal
      settings={settings}
      open={props.open}
      onClose={props.onClose}
      notifications={{
        permission: console.alerts.permission,
        ask: () => void console.alerts.askPermission(),
      }}
      sound={
        <SoundSettings
          devices={console.devices}
          test={console.soundTest}
          microphone={settings.microphone}
          speaker={settings.speaker}
          processing={settings.microphoneProcessing}
        />
      }
    />
  )
}
