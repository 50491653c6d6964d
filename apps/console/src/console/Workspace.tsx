import type { Me, OperatorView } from '@ringdown/contract'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Announcer } from '../alerts/index.ts'
import { IncomingCall } from '../calls/index.ts'
import { DeskPhonesPage } from '../desk-phones/index.ts'
import { SoundSettings } from '../devices/index.ts'
import { type Page, type Pages, runsOrganization } from '../pages/index.ts'
import { isAtDesk } from '../phone/index.ts'
import { SettingsModal } from '../settings/index.ts'
import { LeavingTrunk, TrunksArea } from '../trunks/index.ts'
import { Button, Notice } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'
import { Dialling } from './Dialling.tsx'
import { Header } from './Header.tsx'
import { OperatorPage } from './OperatorPage.tsx'
import { isInCall, useSignOut } from './SignOut.tsx'
import { HearingWarnings } from './Warnings.tsx'

/** Everything around the page of somebody who is signed in: calls ring here, whichever page is shown. */
export function Workspace({ console, me }: { console: Console; me: Me }) {
  const { connection, view, skewMs } = useValue(console.live)
  const now = useValue(console.ticker) + skewMs
  const { page } = useValue(console.pages)
  const [settings, setSettings] = useState(false)
  const { signOut, question } = useSignOut(console)
  const connected = connection === 'open'
  const offer = connected ? view?.offer : null
  const ringing = offer?.call
  const managing = runsOrganization(me.role)

  // A ringing call comes before everything else on the screen, and the microphone is not tested while it is needed.
  useEffect(() => {
    if (ringing !== undefined) setSettings(false)
  }, [ringing])

  return (
    <div className="flex min-h-dvh flex-col">
      <Header
        organization={me.organization.name}
        name={me.user.name}
        pages={console.pages}
        isManaging={managing}
        onSettings={() => setSettings(true)}
        onSignOut={signOut}
      />
      <main id="content" className="mx-auto w-full max-w-6xl flex-1 px-3 py-4 sm:px-6 sm:py-6">
        {page.at === 'operator' || (page.at !== 'desk phones' && !managing) ? (
          <OperatorPage console={console} now={now} />
        ) : (
          <>
            <CallNotice view={view} pages={console.pages} />
            <OtherPage console={console} me={me} page={page} />
          </>
        )}
      </main>
      {offer && <Ringing key={offer.call} console={console} offer={offer} now={now} />}
      {managing && <Dialling console={console} connected={connected} />}
      {question}
      <LeavingTrunk form={console.trunkForm} pages={console.pages} />
      <ConsoleSettings console={console} open={settings} onClose={() => setSettings(false)} />
      <Announcer alerts={console.alerts} />
    </div>
  )
}

function OtherPage(props: { console: Console; me: Me; page: Exclude<Page, { at: 'operator' }> }) {
  const { console, me, page } = props
  if (page.at === 'desk phones') return <DeskPhonesPage phones={console.deskPhones} self={me.user.id} />
  return <TrunksArea trunks={console.trunks} form={console.trunkForm} pages={console.pages} page={page} />
}

/** The call goes on while another page is looked at. */
function CallNotice({ view, pages }: { view: OperatorView | null; pages: Pages }) {
  const { t } = useTranslation()
  if (!isInCall(view)) return null
  return (
    <Notice tone="info" className="mx-auto mb-4 max-w-3xl">
      <span className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        {t('onCall/now')}
        {/* Without a question: what was typed waits for its author. */}
        <Button size="small" onClick={() => pages.show({ at: 'operator' })}>
          {t('onCall/back')}
        </Button>
      </span>
    </Notice>
  )
}

function Ringing(props: { console: Console; offer: NonNullable<OperatorView['offer']>; now: number }) {
  const { console, offer, now } = props
  return (
    <IncomingCall
      call={console.call}
      offer={offer}
      atDesk={isAtDesk(useValue(console.live).view)}
      now={now}
      shortcuts={useValue(console.settings.shortcuts) === 'on'}
      warnings={<HearingWarnings console={console} />}
    />
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
      relayOffered={console.relays.offered}
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
