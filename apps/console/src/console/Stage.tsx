import type { OperatorView } from '@ringdown/contract'
import { useTranslation } from 'react-i18next'
import { ActiveCall } from '../calls/index.ts'
import { DialButton, DialOutcome } from '../dialler/index.ts'
import { StatusCard, WrapUpCard } from '../operator/index.ts'
import { runsOrganization } from '../pages/index.ts'
import { isAtDesk } from '../phone/index.ts'
import { useLostFocus } from '../ui/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'
import { HearingWarnings, MissingPhone, NotificationOffer, ProblemNotice } from './Warnings.tsx'

/** The main thing: the call, the moment after it, or the status. */
export function Stage(props: { console: Console; view: OperatorView; now: number; connected: boolean }) {
  const { console, view, now, connected } = props
  const shortcuts = useValue(console.settings.shortcuts) === 'on'
  const session = useValue(console.session)
  const mayDial = session.at === 'signed in' && runsOrganization(session.me.role)
  const { active } = view
  const atDesk = isAtDesk(view)
  const { status } = view.operator
  const region = useLostFocus<HTMLElement>(`${status} ${active?.call}`)
  if (active?.state === 'wrapping') {
    return (
      <WrapUpCard
        operator={console.operator}
        active={active}
        now={now}
        connected={connected}
        warnings={
          <>
            <ProblemNotice console={console} />
            <MissingPhone console={console} />
          </>
        }
      />
    )
  }
  if (active) {
    return (
      <ActiveCall
        key={active.call}
        call={console.call}
        phone={console.phone}
        atDesk={atDesk}
        active={active}
        self={view.operator.name}
        now={now}
        connected={connected}
        shortcuts={shortcuts}
        warnings={
          <>
            <ProblemNotice console={console} />
            <HearingWarnings console={console} />
          </>
        }
      />
    )
  }
  return (
    <StatusCard
      region={region}
      operator={console.operator}
      lineChoice={console.lineChoice}
      view={view}
      connected={connected}
      warnings={
        <>
          <ProblemNotice console={console} />
          <MissingPhone console={console} />
          <DialOutcome dialler={console.dialler} />
          {status === 'available' && !atDesk && <NotificationOffer console={console} />}
        </>
      }
      actions={
        mayDial &&
        status !== 'ringing' &&
        (atDesk ? (
          <DialNote />
        ) : (
          <DialButton dialler={console.dialler} connected={connected} shortcuts={shortcuts} />
        ))
      }
    />
  )
}

/** Calls of ours are talked on in the browser, and only there. */
function DialNote() {
  const { t } = useTranslation()
  return <p className="text-sm text-quiet">{t('deskLine/dialling')}</p>
}
