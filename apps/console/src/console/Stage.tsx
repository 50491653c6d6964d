import type { OperatorView } from '@ringdown/contract'
import { ActiveCall } from '../calls/index.ts'
import { DialButton, DialOutcome } from '../dialler/index.ts'
import { StatusCard, WrapUpCard } from '../operator/index.ts'
import { callsOut } from '../pages/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'
import { HearingWarnings, NotificationOffer, ProblemNotice } from './Warnings.tsx'

/** The main thing: the call, the moment after it, or the status. */
export function Stage(props: { console: Console; view: OperatorView; now: number; connected: boolean }) {
  const { console, view, now, connected } = props
  const shortcuts = useValue(console.settings.shortcuts) === 'on'
  const session = useValue(console.session)
  const mayDial = session.at === 'signed in' && callsOut(session.me.role)
  const { active } = view
  const { status } = view.operator
  if (active?.state === 'wrapping') {
    return (
      <WrapUpCard
        operator={console.operator}
        active={active}
        now={now}
        connected={connected}
        warnings={<ProblemNotice console={console} />}
      />
    )
  }
  if (active) {
    return (
      <ActiveCall
        key={active.call}
        call={console.call}
        phone={console.phone}
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
      operator={console.operator}
      view={view}
      connected={connected}
      warnings={
        <>
          <ProblemNotice console={console} />
          <DialOutcome dialler={console.dialler} />
          {status === 'available' && <NotificationOffer console={console} />}
        </>
      }
      actions={
        mayDial &&
        status !== 'ringing' && (
          <DialButton dialler={console.dialler} connected={connected} shortcuts={shortcuts} />
        )
      }
    />
  )
}
