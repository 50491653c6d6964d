import { randomBytes } from 'node:crypto'
import type { Flow, LayerEvent, SipRequest, TransportName } from '@ringdown/sip'
import { createResponse, createTransactionLayer, serverTransactionKey } from '@ringdown/sip'
import type { LegDriver, LegEvent, LegId } from '../leg.port.ts'
import { Admission } from './admission.ts'
import { Arrivals } from './arrivals.ts'
import { createAudioPlaces } from './audio-places.ts'
import { ClientRequests } from './client-requests.ts'
import { isProven } from './defence/defence.rules.ts'
import { Defence } from './defence/defence.ts'
import { guarded } from './guard.ts'
import { readLegData, type SipLegData } from './leg-data.ts'
import { LegIndex } from './leg-index.ts'
import { limits } from './limits.rules.ts'
import type { OutgoingLegs } from './outgoing/outgoing.port.ts'
import { OutgoingSide } from './outgoing/outgoing-side.ts'
import { OutsideRequests, type RequestOutcome } from './outside-requests.ts'
import { createQuiet } from './quiet.ts'
import { createDesk } from './registrar/desk.ts'
import { answeredBefore, dialogOf } from './replies.ts'
import type { SipNeeds } from './sip.port.ts'
import { SipDialog } from './sip-dialog.ts'
import { type Answered, SipLeg } from './sip-leg.ts'
import { createStatelessAnswer } from './stateless-answers.ts'
import { createTimers } from './timers.ts'
import { transportLimits } from './transports/transport-limits.rules.ts'
import { type Listeners, Wire } from './wire.ts'

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

const defaultPort = 5060

/** Takes calls from SIP trunks and drives their legs: the parts of a user agent server, joined. */
export function createSipDriver(needs: SipNeeds): SipDriver {
  const { clock, counter, media } = needs
  const index = new LegIndex()
  const places = createAudioPlaces()
  const newToken = () => randomBytes(12).toString('hex')
  const port = (transport: TransportName) => wire.portOf(transport) ?? wire.portOf('udp') ?? defaultPort
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
  const requests = new ClientRequests((request, flow) => layer.request(request, flow))
  const outside = new OutsideRequests((request, flow) => layer.request(request, flow))
  const arrivals = new Arrivals({
    ...needs,
    layer,
    index,
    dialogsNamed: replaces => [...index.named(replaces), ...outgoing.named(replaces)],
    port,
    adopt: order => adopt(order, 'no'),
  })
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
    isInDialog: request => index.ofDialog(request) !== undefined || outgoing.owns(request),
    isKnown,
    isFull: trunk => arrivals.isFull(trunk),
    admit(message, flow) {
      layer.receive(message, flow)
      // RFC 3261 §17.1.1.3: the ACK for a refusal has the branch of its INVITE; the layer keeps it to itself.
      if (message.kind === 'request' && message.method === 'ACK')
        index.acknowledged(serverTransactionKey(message))
    },
  })
  const outgoing: OutgoingSide = new OutgoingSide({
    ...needs,
    layer,
    trunks: {
      isFull: trunk => arrivals.isFull(trunk),
      begin: trunk => arrivals.begin(trunk),
      enter: trunk => index.enter(trunk),
      leave: trunk => index.leave(trunk),
    },
    ownAddress,
    locate: uri => wire.locate(uri),
    avoid: flow => wire.avoid(flow),
    reached: flow => wire.reached(flow),
    localOf: ({ endpoint }) => places.ofCall(places.callOf(endpoint))?.local ?? null,
  })
  const quiet = createQuiet(
    clock,
    () => requests.size === 0 && wire.isIdle && !index.hasLeaving && !outgoing.isBusy,
  )

  function ownAddress(flow: Flow): { host: string; port: number } {
    return { host: needs.addressFor(flow.address), port: port(flow.transport) }
  }

  /** An INVITE's transaction is its CANCEL's too. */
  function isKnown(request: SipRequest): boolean {
    const id = serverTransactionKey(request, request.method === 'CANCEL' ? 'INVITE' : request.method)
    if (id === undefined) return false
    return (
      !!(index.ofDialog(request) ?? index.ofTransaction(id)) ||
      arrivals.has(id) ||
      outgoing.owns(request) ||
      desk?.registrar.has(id) === true
    )
  }

  function react(event: LayerEvent): void {
    if (!outgoing.take(event)) reactIncoming(event)
    quiet.look()
  }

  function reactIncoming(event: LayerEvent): void {
    switch (event.type) {
      case 'request':
        receive(event)
        break
      case 'ack':
        index.ofDialog(event.request)?.acknowledged(event.request)
        break
      case 'cancelled':
        arrivals.cancelled(event.id)
        index.cancelled(event.id)
        break
      case 'no ack':
        index.ofTransaction(event.id)?.noAck()
        break
      case 'response':
        if (event.response.status >= 200 && !outside.settle(event.id, event.response))
          requests.final(event.id, event.response.status, event.response)
        break
      case 'timeout':
        if (!outside.settle(event.id, 'timeout')) requests.final(event.id, 408)
        break
      case 'transport error':
        if (!outside.settle(event.id, 'transport error')) requests.lost(event.id)
        break
      case 'terminated':
        index.terminated(event.id)
        desk?.registrar.terminated(event.id)
    }
  }

  function receive({ id, request, flow }: Extract<LayerEvent, { type: 'request' }>): void {
    if (desk?.registrar.receive({ id, request, flow })) return
    const leg = index.ofDialog(request)
    if (leg) {
      if (request.method === 'INVITE') index.own(id, leg)
      leg.receive(id, request)
      return
    }
    const trunk = admission.trunkOf(id)
    if (trunk) void arrivals.receive({ id, request, flow }, trunk)
    else layer.respond(id, createResponse(request, 481, { toTag: newToken() }))
  }

  function adopt(
    order: { leg: LegId; data: SipLegData; invite: SipRequest },
    answered: Answered,
  ): SipLeg | undefined {
    const dialog = dialogOf(order.invite, order.data, clock.now())
    if (!dialog) return undefined
    const ourSide = new SipDialog({ ...order, dialog }, { layer, requests })
    const leg = new SipLeg(
      { leg: order.leg, dialog: ourSide, answered },
      { ...needs, places, report, forget },
    )
    index.add(leg)
    return leg
  }

  function forget(leg: SipLeg): void {
    index.remove(leg)
    places.forgetCall(leg.call)
  }

  async function report(event: LegEvent): Promise<'taken' | 'gone'> {
    try {
      return await needs.calls.report(event)
    } catch {
      counter.count('report failed')
      return 'taken'
    }
  }

  media.onEvent(event => {
    if (event.type === 'lost') places.drop(event.endpoint)
    if (event.type !== 'silent' && event.type !== 'quality') return
    const heard = event.type === 'silent' ? event : { type: event.type, silentForMs: event.stats.silentForMs }
    const leg = outgoing.ofEndpoint(event.endpoint) ?? index.ofCall(places.callOf(event.endpoint))
    guarded(counter, () => leg?.listen(heard))
  })
  media.onWorker((worker, state) => {
    if (state.up) places.see(worker, state.endpoints)
    else places.forgetWorker(worker)
  })

  return {
    kind: 'sip',
    async listen(at) {
      const bound = await wire.listen(at)
      requests.start()
      outgoing.start()
      return { port: bound, portOf: transport => wire.portOf(transport) }
    },
    request: (message, flow) => outside.send(message, flow),
    ownAddress,
    async settled(limitMs) {
      await quiet.within(limitMs)
      if (!index.hasLeaving) return
      index.leaveAll()
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
    restore(record, known) {
      const { leg, call, data: text } = record
      if (outgoing.restore(record)) return true
      const stored = readLegData(text)
      if (!stored) return false
      if (index.get(leg)) return true
      const isAnswered = known?.answered === true
      layer.restore(isAnswered ? answeredBefore(stored) : stored.data.transaction)
      const adopted = adopt({ leg, ...stored }, isAnswered ? 'acknowledged' : 'unknown')
      if (adopted) index.journaled(adopted, call)
      return adopted !== undefined
    },
    async openMedia(order) {
      const called = outgoing.get(order.leg)
      if (called) return called.openMedia(order)
      const leg = index.get(order.leg)
      if (!leg) return { type: 'failed', ending: { result: 'internal', reason: 'internal-error' } }
      index.journaled(leg, order.call)
      return leg.openMedia(order)
    },
    async answer(order) {
      index.get(order.leg)?.answer(order.media)
    },
    identify: async ({ leg, arrivedAt }) => index.get(leg)?.identify(arrivedAt) ?? 'unverified',
    async dial(order) {
      outgoing.get(order.leg)?.dial(order.media)
    },
    async hangUp(order) {
      outgoing.get(order.leg)?.hangUp({ isAnsweredElsewhere: order.isAnsweredElsewhere })
      index.get(order.leg)?.hangUp(order.ending)
      quiet.look()
    },
    async untilTold(leg) {
      await Promise.all([index.untilTold(leg), outgoing.untilTold(leg)])
    },
    callsOf: trunk => index.countOf(trunk),
  }
}
