import type { HostHealth } from '@ringdown/contract'
import { askHost } from './ask-host.ts'
import {
  type HealthInput,
  type HealthStep,
  healthTransition,
  healthView,
  startHealth,
} from './health.state.ts'
import type { LinkNeeds } from './trunk-links.port.ts'
import { hostLabel, optionsRequest, ourContact, type Party } from './trunk-requests.rules.ts'

export type HealthOrder = {
  party: Party
  everyS: number
  /** It is up or down now, and was not before. */
  onChanged(view: HostHealth): void
}

/** Asks one host again and again whether it is there. */
export function startHealthLink(order: HealthOrder, needs: LinkNeeds) {
  const { party, everyS } = order
  const { clock } = needs
  let isClosed = false
  let stopTimer = () => {}
  let cseq = 0

  const view = () => healthView(state, hostLabel(party.host))

  async function check(): Promise<void> {
    cseq += 1
    const { outcome, roundTripMs } = await askHost(
      {
        host: party.settings.outboundProxy ?? party.host,
        prefer: undefined,
        build(flow) {
          const own = needs.ownAddress(flow)
          return optionsRequest(party, { cseq, own, contact: ourContact(party, flow, own) })
        },
      },
      needs,
    )
    const at = { now: clock.now(), random: needs.random() }
    if (typeof outcome === 'string') feed({ type: 'unanswered', why: outcome, ...at })
    else feed({ type: 'answered', status: outcome.status, roundTripMs, ...at })
  }

  function feed(input: HealthInput): void {
    if (isClosed) return
    const before = state.state
    follow(healthTransition(state, input, everyS))
    if (state.state !== before) order.onChanged(view())
  }

  function follow(step: HealthStep): void {
    state = step.state
    for (const effect of step.effects) {
      if (effect.type === 'check') void check()
      else stopTimer = clock.after(effect.ms, () => feed({ type: 'timer' }))
    }
  }

  const first = startHealth()
  let state = first.state
  follow(first)

  return {
    view,
    close(): void {
      isClosed = true
      stopTimer()
    },
  }
}

export type HealthLink = ReturnType<typeof startHealthLink>
