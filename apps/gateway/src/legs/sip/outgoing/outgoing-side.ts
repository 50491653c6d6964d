import { randomBytes } from 'node:crypto'
import {
  type CallAgent,
  callIdOf,
  createCallAgent,
  cseqOf,
  type Flow,
  fromOf,
  type LayerEvent,
  type ReplaceableDialog,
  type Replaces,
  replaceableDialogs,
  type SipMessage,
  type SipRequest,
  type TransactionId,
  type TransactionLayer,
  tagOf,
  toOf,
} from '@ringdown/sip'
import type { LegId, LegMedia, LegRecord } from '../../leg.port.ts'
import { targetOf } from '../client-requests.ts'
import { createDigestCrypto } from '../crypto/digest-crypto.ts'
import { guarded } from '../guard.ts'
import type { SipNeeds, Trunk } from '../sip.port.ts'
import type { FailedAt, Found } from '../sockets.ts'
import { createTimers } from '../timers.ts'
import { CallCredentials } from './credentials.ts'
import { LastWords } from './last-words.ts'
import type { OutgoingLegs, OutgoingListener, Prepared } from './outgoing.port.ts'
import { newOutgoingLegId, type OutgoingData, readOutgoing, writeOutgoing } from './outgoing-data.ts'
import { OutgoingLeg } from './outgoing-leg.ts'
import { profileOf } from './profile.rules.ts'
import { createStoppableClock } from './stoppable-clock.ts'

export type OutgoingSideNeeds = Pick<
  SipNeeds,
  'calls' | 'media' | 'addressFor' | 'counter' | 'clock' | 'keepLeg' | 'trunkCredentials'
> & {
  layer: Pick<TransactionLayer, 'request' | 'respond' | 'acknowledge' | 'cancel'>
  /** Calls of trunks, in both directions. */
  trunks: {
    isFull(trunk: Trunk): boolean
    begin(trunk: Trunk): void
    enter(trunk: string): void
    leave(trunk: string): void
  }
  ownAddress(flow: Flow): { host: string; port: number }
  /** Where a URI is found, in order. Rejects when it is not. */
  locate(uri: string): Promise<readonly Found[]>
  avoid(failure: FailedAt): void
  reached(flow: Flow): void
  localOf(media: LegMedia, call: string | undefined): LegMedia['local']
}

/** RFC 3261 §17.1.1.2: so long another far end of a fork may still answer a call that is over. ms */
const lateMs = 32_000

/** Calls of ours: all legs that go out, on one call agent. */
export class OutgoingSide implements OutgoingLegs {
  readonly #needs: OutgoingSideNeeds
  readonly #agent: CallAgent
  readonly #clock: ReturnType<typeof createStoppableClock>
  readonly #timers: ReturnType<typeof createTimers>
  readonly #crypto = createDigestCrypto()
  readonly #words = new LastWords()
  readonly #legs = new Map<LegId, OutgoingLeg>()
  /** Those that are over, by whose ways late answers are ended. */
  readonly #late = new Map<LegId, OutgoingLeg>()
  /** Requests that end something, until they are answered. */
  readonly #byes = new Map<TransactionId, () => void>()
  /** What waits until we listen: before, nobody knows which port belongs into Via. */
  #waiting: (() => void)[] | undefined = []
  #isClosed = false

  constructor(needs: OutgoingSideNeeds) {
    this.#needs = needs
    this.#clock = createStoppableClock(needs.clock)
    this.#timers = createTimers(this.#clock, timer =>
      guarded(needs.counter, () => this.#agent.timerFired(timer)),
    )
    this.#agent = createCallAgent({
      layer: this.#layer(),
      timers: this.#timers,
      random: Math.random,
      flowTo: (key, request) => this.#flowTo(key, request),
      keep: (key, call) => this.#legs.get(key)?.keep(call),
      onEvent: (key, event) => this.#legs.get(key)?.receive(event),
    })
  }

  /** Whether a far end has still to hear of an end. */
  get isBusy(): boolean {
    return this.#byes.size > 0 || [...this.#legs.values()].some(leg => leg.isLeaving)
  }

  prepare({ plan, trunk, listener }: Parameters<OutgoingLegs['prepare']>[0]): Prepared {
    if (trunk && this.#needs.trunks.isFull(trunk)) return { ok: false, code: 'trunk.full' }
    if (trunk) this.#needs.trunks.begin(trunk)
    const leg = newOutgoingLegId()
    const data: OutgoingData = { version: 1, direction: 'out', plan }
    this.#add({ leg, data }, listener)
    return { ok: true, leg: { leg, kind: 'sip', data: writeOutgoing(data) } }
  }

  discard(leg: LegId): void {
    this.#legs.get(leg)?.hangUp()
  }

  restore({ leg, call, data: text }: LegRecord, listener?: OutgoingListener): boolean {
    const data = readOutgoing(text)
    if (!data) return false
    if (this.#legs.has(leg)) return true
    const restored = this.#add({ leg, data, call }, listener)
    this.#whenListening(() => restored.resume())
    return true
  }

  get(leg: LegId): OutgoingLeg | undefined {
    return this.#legs.get(leg)
  }

  ofEndpoint(endpoint: string): OutgoingLeg | undefined {
    for (const leg of this.#legs.values()) if (leg.endpoint === endpoint) return leg
    return undefined
  }

  /** Whether this request is inside a call of ours. */
  owns(request: SipRequest): boolean {
    return this.#legOf(request, tagOf(toOf(request))) !== undefined
  }

  /** The dialogs of the call that this Replaces names (RFC 3891 §3). */
  named({ callId, toTag }: Replaces): readonly ReplaceableDialog[] {
    const key = this.#agent.find({ callId, localTag: toTag })
    const call = key === undefined ? undefined : this.#agent.get(key)
    return call ? replaceableDialogs(call) : []
  }

  untilTold(leg: LegId): Promise<void> {
    return this.#words.heard(leg)
  }

  /** From now on requests go out. */
  start(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const run of waiting) guarded(this.#needs.counter, run)
  }

  close(): void {
    this.#isClosed = true
    this.#timers.close()
    this.#clock.stop()
  }

  /** An event of the layer. False when it belongs to no call of ours. */
  take(event: LayerEvent): boolean {
    this.#heard(event)
    if (event.type === 'request' && event.request.method === 'REFER') return this.#refer(event)
    // Whoever sends us an answer to nothing gets nothing.
    if (event.type === 'stray response' && !this.#legOf(event.response, tagOf(fromOf(event.response))))
      return false
    return this.#agent.take(event)
  }

  #add(order: { leg: LegId; data: OutgoingData; call?: string }, listener?: OutgoingListener): OutgoingLeg {
    const { trunk } = order.data.plan
    const owed = this.#words.owe(order.leg)
    const leg: OutgoingLeg = new OutgoingLeg(order, {
      ...this.#needs,
      clock: this.#clock,
      agent: this.#agent,
      listener: listener ?? this.#listenerOf(order.leg),
      credentials: this.#credentialsOf(trunk),
      locate: uri => this.#needs.locate(uri).catch(() => []),
      profileFor: (user, flow) => profileOf(user, flow, this.#needs.ownAddress(flow)),
      localOf: media => this.#needs.localOf(media, order.call),
      whenListening: run => this.#whenListening(run),
      forget: () => this.#forget(leg, owed),
    })
    this.#legs.set(leg.leg, leg)
    if (trunk !== null) this.#needs.trunks.enter(trunk)
    return leg
  }

  #forget(leg: OutgoingLeg, owed: () => void): void {
    this.#legs.delete(leg.leg)
    this.#late.set(leg.leg, leg)
    this.#clock.after(lateMs, () => this.#late.delete(leg.leg))
    if (leg.trunk !== null) this.#needs.trunks.leave(leg.trunk)
    // What its last step sends is owed before this is paid.
    void Promise.resolve().then(owed)
  }

  /** The call's runner is told, where nobody else is. */
  #listenerOf(leg: LegId): OutgoingListener {
    const { calls, keepLeg } = this.#needs
    return {
      report: event => calls.report(event),
      keep: async data => keepLeg?.({ leg, data }),
    }
  }

  #credentialsOf(trunk: string | null): CallCredentials {
    const { trunkCredentials } = this.#needs
    return new CallCredentials({
      ask: async () => (trunk === null ? undefined : trunkCredentials?.(trunk)),
      crypto: this.#crypto,
      newToken: () => randomBytes(12).toString('hex'),
    })
  }

  #whenListening(run: () => void): void {
    if (this.#isClosed) return
    if (this.#waiting) this.#waiting.push(run)
    else run()
  }

  /** The layer as the agent sees it: what must not be said before it is durable waits here. */
  #layer(): OutgoingSideNeeds['layer'] {
    const { layer, counter } = this.#needs
    return {
      request: (request, flow, options) => {
        const id = layer.request(request, flow, options)
        const leg = request.method === 'BYE' ? this.#legOf(request, tagOf(fromOf(request))) : undefined
        if (leg) this.#byes.set(id, this.#words.owe(leg.leg))
        return id
      },
      respond: (id, response) => {
        const leg =
          cseqOf(response)?.method === 'BYE' ? this.#legOf(response, tagOf(toOf(response))) : undefined
        // A BYE that dies with this process unanswered is repeated to the next; an answered one would never be heard of.
        if (!leg) return layer.respond(id, response)
        leg.whenTold(() => guarded(counter, () => layer.respond(id, response)))
        return true
      },
      acknowledge: (id, ack, flow) => {
        const leg = this.#legOf(ack, tagOf(fromOf(ack)))
        const send = () => guarded(counter, () => layer.acknowledge(id, ack, flow))
        if (leg?.isOwnAck(ack)) leg.acknowledge(send)
        else send()
      },
      cancel: (id, headers) => layer.cancel(id, headers),
    }
  }

  #flowTo(key: LegId, request: SipRequest): Flow {
    const leg = this.#legs.get(key) ?? this.#late.get(key)
    return leg?.flowTo(request) ?? targetOf(request, undefined) ?? nowhere
  }

  /** An INVITE of ours got its first word; a BYE got its answer, or never will. */
  #heard(event: LayerEvent): void {
    if (event.type === 'response' && cseqOf(event.response)?.method === 'INVITE')
      this.#legOf(event.response, tagOf(fromOf(event.response)))?.heard(event.response)
    const isFinal = event.type === 'response' && event.response.status >= 200
    if (!isFinal && event.type !== 'timeout' && event.type !== 'transport error') return
    this.#byes.get(event.id)?.()
    this.#byes.delete(event.id)
  }

  // RFC 3515 §2.4.2: a transfer is understood and declined.
  #refer({ id, request }: Extract<LayerEvent, { type: 'request' }>): boolean {
    const leg = this.#legOf(request, tagOf(toOf(request)))
    leg?.receive({ type: 'request', id, request })
    return leg !== undefined
  }

  #legOf(message: SipMessage, localTag: string | undefined): OutgoingLeg | undefined {
    const callId = callIdOf(message)
    if (callId === undefined || localTag === undefined) return undefined
    const key = this.#agent.find({ callId, localTag })
    return key === undefined ? undefined : this.#legs.get(key)
  }
}

/** A message that names no way goes nowhere, and is reported as lost. */
const nowhere: Flow = { transport: 'tcp', address: '127.0.0.1', port: 9 }
