import type { OperatorView } from '@ringdown/contract'
import { ActiveCall } from '../calls/index.ts'
import { StatusCard, WrapUpCard } from '../operator/index.ts'
import { useValue } from '../view-model/index.ts'
import type { Console } from './assemble.ts'
import { HearingWarnings, NotificationOffer, ProblemNotice } from './Warnings.tsx'

/** The main thing: the call, the moment after it, or the status. */
export function Stage(props: { console: Console; view: OperatorView; now: number; connected: boolean }) {
  const { console, view, now, connected } = props
  const shortcuts = useValue(console.settings.shortcuts) === 'on'
  const { active } = view
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
          {view.operator.status === 'available' && <NotificationOffer console={console} />}
        </>
      }
    />
  )
}
