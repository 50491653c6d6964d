import type { Flow, LayerEvent, TransactionSnapshot } from '../layer/ports.ts'
import { createTransactionLayer } from '../layer/transaction-layer.ts'
import type { SipMessage } from '../message/message.ts'
import { createTestClock } from './clock.ts'

export const UDP: Flow = { transport: 'udp', address: '192.0.2.1', port: 5060 }
export const TCP: Flow = { transport: 'tcp', address: '192.0.2.1', port: 40000, connection: 'c1' }

const line = (message: SipMessage): string =>
  message.kind === 'request' ? message.method : String(message.status)

/** A layer whose wire, clock and user can be looked at. `onEvent` answers events, as the user would. */
export function createTestLayer(
  options: {
    onEvent?: (event: LayerEvent) => void
    maxTransactions?: number
    refusesZeroHops?: boolean
    datagramBytes?: number
    delaysTrying?: boolean
  } = {},
) {
  const { onEvent, ...settings } = options
  const sent: { message: SipMessage; flow: Flow; at: number }[] = []
  const events: LayerEvent[] = []
  let tokens = 0
  const clock = createTestClock(timer => layer.timerFired(timer))
  const layer = createTransactionLayer({
    send: (message, flow) => void sent.push({ message, flow, at: clock.now() }),
    timers: clock.timers,
    newToken: () => `token${++tokens}`,
    sentBy: () => ({ host: '192.0.2.2', port: 5060 }),
    onEvent: event => {
      events.push(event)
      onEvent?.(event)
    },
    ...settings,
  })
  return {
    layer,
    clock,
    sent,
    events,
    /** What was sent, as `INVITE` or `200`. */
    lines: () => sent.map(({ message }) => line(message)),
    /** When each message of a kind was sent, ms. */
    times: (what: string) => sent.filter(({ message }) => line(message) === what).map(({ at }) => at),
    eventTypes: () => events.map(event => event.type),
    /** The id in the last event that has one. */
    lastId: () => events.findLast(event => 'id' in event && event.id !== undefined) as { id: string },
  }
}

/** A snapshot as it comes back from storage. */
export const stored = (snapshot: TransactionSnapshot | undefined): TransactionSnapshot =>
  JSON.parse(JSON.stringify(snapshot)) as TransactionSnapshot
