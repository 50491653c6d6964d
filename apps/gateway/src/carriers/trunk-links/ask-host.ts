import type { TrunkHost } from '@ringdown/contract'
import type { Flow, SipRequest } from '@ringdown/sip'
import { isHostFailure, retryAfterMs } from '@ringdown/sip'
import type { LinkNeeds, SipOutcome } from './trunk-links.port.ts'

/** `flow`: who gave the outcome; undefined: the host was not found. */
export type Asked = { outcome: SipOutcome; flow: Flow | undefined; roundTripMs: number }

type AskNeeds = Pick<LinkNeeds, 'locate' | 'avoid' | 'reached' | 'request' | 'clock'>

/**
 * Asks a host: the places where it is found, one after the other until one answers for it (RFC 3263 §4.3). `prefer`: who
 * answered last is asked first, since a nonce or a binding may be known there alone. Never rejects.
 */
export async function askHost(
  order: { host: TrunkHost; prefer: Flow | undefined; build: (flow: Flow) => SipRequest },
  needs: AskNeeds,
): Promise<Asked> {
  const found = await needs.locate(order.host)
  const flows = [
    ...found.filter(flow => isSame(flow, order.prefer)),
    ...found.filter(flow => !isSame(flow, order.prefer)),
  ]
  let last: Asked = { outcome: 'transport error', flow: undefined, roundTripMs: 0 }
  for (const flow of flows) {
    const sentAt = needs.clock.now()
    const outcome = await needs.request(order.build(flow), flow)
    last = { outcome, flow, roundTripMs: needs.clock.now() - sentAt }
    const isFailure = isHostFailure(judged(outcome))
    if (isFailure)
      needs.avoid({ flow, forMs: typeof outcome === 'string' ? undefined : retryAfterMs(outcome) })
    else needs.reached(flow)
    if (!isFailure) break
  }
  return last
}

const judged = (outcome: SipOutcome) =>
  typeof outcome === 'string' ? { type: outcome } : { type: 'response' as const, status: outcome.status }

const isSame = (one: Flow, other: Flow | undefined): boolean =>
  one.transport === other?.transport && one.address === other.address && one.port === other.port
