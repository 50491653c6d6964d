import type { Flow, SipRequest, TransportName } from '@ringdown/sip'
import type { LegDriver } from '../leg.port.ts'
import { guarded } from './guard.ts'
import { limits } from './limits.rules.ts'
import type { OutgoingLegs } from './outgoing/outgoing.port.ts'
import type { RequestOutcome } from './outside-requests.ts'
import { createSignalling } from './signalling.ts'
import type { SipNeeds } from './sip.port.ts'
import type { Listeners } from './wire.ts'

export interface SipDriver extends Required<LegDriver> {
  /** Starts to listen. Before it, `restore` what a former control left, so that its retransmissions find their calls. */
  listen(at: Listeners): Promise<{ port: number; portOf(transport: TransportName): number | undefined }>
  /** Sends a request that belongs to no call, in a transaction of its own, and gives its final answer. */
  request(message: SipRequest, flow: Flow): Promise<RequestOutcome>
  /** Where peers on the other end of this flow reach us, for Contact. */
  ownAddress(flow: Flow): { host: string; port: number }
  /** Resolves when every far end has been told what there was to tell and has answered, or after `limitMs`. */
  settled(limitMs: number): Promise<void>
  /** Calls of ours: who makes them, and who is told of them. */
  readonly outgoing: OutgoingLegs
  /** Calls of this trunk that are there now, in both directions. */
  callsOf(trunk: string): number
  /** Sources that are not heard now. */
  bans(): number
  /** Drops everything: nobody is told anything. */
  close(): Promise<void>
}

/** Takes calls from SIP trunks, makes calls of ours, and drives the legs of both. */
export function createSipDriver(needs: SipNeeds): SipDriver {
  const { wire, timers, defence, load, incoming, outgoing, outside, quiet, ownAddress } =
    createSignalling(needs)

  needs.media.onEvent(event => {
    if (event.type !== 'silent' && event.type !== 'quality') return
    const heard = event.type === 'silent' ? event : { type: event.type, silentForMs: event.stats.silentForMs }
    const leg = outgoing.ofEndpoint(event.endpoint) ?? incoming.ofEndpoint(event.endpoint)
    guarded(needs.counter, () => leg?.listen(heard))
  })

  return {
    kind: 'sip',
    async listen(at) {
      const bound = await wire.listen(at)
      incoming.start()
      outgoing.start()
      return { port: bound, portOf: transport => wire.portOf(transport) }
    },
    request: (message, flow) => outside.send(message, flow),
    ownAddress,
    async settled(limitMs) {
      await quiet.within(limitMs)
      if (!incoming.isLeaving) return
      incoming.leave()
      await quiet.within(limits.lastWordMs)
    },
    bans: () => defence.bans,
    async close() {
      timers.close()
      outside.close()
      outgoing.close()
      await wire.close()
    },
    outgoing,
    restore: (record, known) => outgoing.restore(record) || incoming.restore(record, known),
    openMedia: async order => outgoing.get(order.leg)?.openMedia(order) ?? incoming.openMedia(order),
    async answer(order) {
      incoming.get(order.leg)?.answer(order.media)
    },
    identify: async ({ leg, arrivedAt }) => incoming.get(leg)?.identify(arrivedAt) ?? 'unverified',
    async dial(order) {
      outgoing.get(order.leg)?.dial(order.media)
    },
    async hangUp(order) {
      outgoing.get(order.leg)?.hangUp({ isAnsweredElsewhere: order.isAnsweredElsewhere })
      incoming.get(order.leg)?.hangUp(order.ending)
      quiet.look()
    },
    async untilTold(leg) {
      await Promise.all([incoming.untilTold(leg), outgoing.untilTold(leg)])
    },
    callsOf: trunk => load.callsOf(trunk),
  }
}
