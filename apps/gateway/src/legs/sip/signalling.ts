import type { Flow, LayerEvent, SipRequest } from '@ringdown/sip'
import { createTransactionLayer, serverTransactionKey } from '@ringdown/sip'
import { Admission } from './admission.ts'
import { createAudioPlaces } from './audio-places.ts'
import { isProven } from './defence/defence.rules.ts'
import { Defence } from './defence/defence.ts'
import { guarded } from './guard.ts'
import { IncomingSide } from './incoming/incoming-side.ts'
import { newToken } from './new-token.ts'
import { OutgoingSide } from './outgoing/outgoing-side.ts'
import { OutsideRequests } from './outside-requests.ts'
import { createQuiet } from './quiet.ts'
import { createDesk } from './registrar/desk.ts'
import type { SipNeeds } from './sip.port.ts'
import { createStatelessAnswer } from './stateless-answers.ts'
import { createTimers } from './timers.ts'
import { transportLimits } from './transports/transport-limits.rules.ts'
import { TrunkLoad } from './trunk-load.ts'
import { Wire } from './wire.ts'

const defaultPort = 5060

/**
 * The parts of a user agent, joined: what comes over the wire passes the door (`admission`) into the transaction layer, each of
 * whose events is taken by calls in, calls out, desk phones' registrations or requests outside of calls.
 */
export function createSignalling(needs: SipNeeds) {
  const { clock, counter } = needs
  const load = new TrunkLoad(clock)
  const places = createAudioPlaces(needs.media)
  const timers = createTimers(clock, timer => guarded(counter, () => layer.timerFired(timer)))
  const defence = new Defence({
    clock,
    counter,
    isKnown: address => needs.isTrunk(address) || needs.desk?.contacts.knowsAddress(address) === true,
    onBan(ban) {
      wire.dismissBanned()
      needs.onBan(ban)
    },
  })
  const wire = new Wire({
    clock,
    counter,
    door: defence,
    onMessage: (message, flow) => admission.receive(message, flow),
    onMalformed(failure, flow) {
      counter.count('malformed')
      defence.report(flow.address, 'malformed', isProven(flow))
      if (failure.salvage) layer.refuse(failure.salvage, failure.status, flow)
    },
    onLost: id => layer.transportError(id),
    onSent: () => quiet.look(),
    onClosed: connection => needs.desk?.contacts.closed(connection),
  })
  const layer = createTransactionLayer({
    send: (message, flow, id) => wire.send(message, flow, id),
    timers,
    newToken,
    sentBy: ownAddress,
    datagramBytes: transportLimits.datagramBytes,
    // RFC 7332: a call may be answered by another of ours.
    refusesZeroHops: true,
    // A control that dies before it has journaled a call leaves an INVITE that is repeated to the next one.
    delaysTrying: true,
    onEvent: react,
  })
  const outside = new OutsideRequests((request, flow) => layer.request(request, flow))
  const answer = createStatelessAnswer((message, flow) => wire.send(message, flow, undefined))
  const desk =
    needs.desk &&
    createDesk({
      ...needs.desk,
      clock,
      counter,
      layer,
      answer,
      defence,
      admit: (message, flow) => layer.receive(message, flow),
      admitCaller: (request, flow, caller) => admission.admitCaller(request, flow, caller),
    })
  const admission = new Admission({
    ...needs,
    answer,
    desk: desk?.door,
    defence,
    isInDialog,
    isKnown,
    isFull: trunk => load.isFull(trunk),
    admit(message, flow) {
      layer.receive(message, flow)
      // RFC 3261 §17.1.1.3: the ACK for a refusal has the branch of its INVITE; the layer keeps it to itself.
      if (message.kind === 'request' && message.method === 'ACK')
        incoming.acknowledged(serverTransactionKey(message))
    },
  })
  const incoming: IncomingSide = new IncomingSide({
    ...needs,
    layer,
    load,
    places,
    dialogsNamed: replaces => [...incoming.named(replaces), ...outgoing.named(replaces)],
    ownAddress,
    trunkOf: id => admission.trunkOf(id),
  })
  const outgoing: OutgoingSide = new OutgoingSide({
    ...needs,
    layer,
    load,
    ownAddress,
    locate: uri => wire.locate(uri),
    avoid: failure => wire.avoid(failure),
    reached: flow => wire.reached(flow),
    localOf: ({ endpoint }) => places.ofCall(places.callOf(endpoint))?.local ?? null,
  })
  const quiet = createQuiet(clock, () => wire.isIdle && !incoming.isBusy && !outgoing.isBusy)

  function ownAddress({ transport, address }: Flow): { host: string; port: number } {
    const port = wire.portOf(transport) ?? wire.portOf('udp') ?? defaultPort
    return { host: needs.addressFor(address), port }
  }

  function isInDialog(request: SipRequest): boolean {
    return incoming.owns(request) || outgoing.owns(request)
  }

  /** An INVITE's transaction is its CANCEL's too. */
  function isKnown(request: SipRequest): boolean {
    const id = serverTransactionKey(request, request.method === 'CANCEL' ? 'INVITE' : request.method)
    if (id === undefined) return false
    return isInDialog(request) || incoming.has(id) || desk?.registrar.has(id) === true
  }

  /** Each event is one taker's; what is nobody else's belongs to calls in. */
  function react(event: LayerEvent): void {
    if (!outgoing.take(event) && !desk?.registrar.take(event) && !outside.take(event)) incoming.take(event)
    quiet.look()
  }

  return { wire, timers, defence, load, incoming, outgoing, outside, quiet, ownAddress }
}
