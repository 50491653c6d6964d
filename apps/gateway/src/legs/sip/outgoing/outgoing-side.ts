import {
  type CallAgent,
  callIdOf,
  createCallAgent,
  type Flow,
  fromOf,
  type LayerEvent,
  type ReplaceableDialog,
  type Replaces,
  replaceableDialogs,
  type SipMessage,
  type SipRequest,
  tagOf,
  toOf,
} from '@ringdown/sip'
import type { LegId, LegMedia, LegRecord } from '../../leg.port.ts'
import { createDigestCrypto } from '../crypto/digest-crypto.ts'
import { guarded } from '../guard.ts'
import { newToken } from '../new-token.ts'
import { targetOf } from '../request-target.rules.ts'
import type { SipNeeds } from '../sip.port.ts'
import type { FailedAt, Found } from '../sockets.ts'
import { createTimers } from '../timers.ts'
import type { TrunkLoad } from '../trunk-load.ts'
import { AgentLayer, type CallLayer } from './agent-layer.ts'
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
  layer: CallLayer
  load: Pick<TrunkLoad, 'isFull' | 'begin' | 'enter' | 'leave'>
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
  readonly #layer: AgentLayer
  readonly #legs = new Map<LegId, OutgoingLeg>()
  /** Those that are over, by whose ways late answers are ended. */
  readonly #late = new Map<LegId, OutgoingLeg>()
  /** What waits until we listen: before, nobody knows which port belongs into Via. */
  #waiting: (() => void)[] | undefined = []
  #isClosed = false

  constructor(needs: OutgoingSideNeeds) {
    this.#needs = needs
    this.#clock = createStoppableClock(needs.clock)
    this.#timers = createTimers(this.#clock, timer =>
      guarded(needs.counter, () => this.#agent.timerFired(timer)),
    )
    this.#layer = new AgentLayer({
      ...needs,
      words: this.#words,
      legOf: (message, localTag) => this.#legOf(message, localTag),
    })
    this.#agent = createCallAgent({
      layer: this.#layer,
      timers: this.#timers,
      random: Math.random,
      flowTo: (key, request) => this.#flowTo(key, request),
      keep: (key, call) => this.#legs.get(key)?.keep(call),
      onEvent: (key, event) => this.#legs.get(key)?.receive(event),
    })
  }

  /** Whether a far end has still to hear of an end. */
  get isBusy(): boolean {
    return this.#layer.hasByes || [...this.#legs.values()].some(leg => leg.isLeaving)
  }

  prepare({ plan, trunk, listener }: Parameters<OutgoingLegs['prepare']>[0]): Prepared {
    if (trunk && this.#needs.load.isFull(trunk)) return { ok: false, code: 'trunk.full' }
    if (trunk) this.#needs.load.begin(trunk)
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
    this.#layer.heard(event)
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
    if (trunk !== null) this.#needs.load.enter(trunk)
    return leg
  }

  #forget(leg: OutgoingLeg, owed: () => void): void {
    this.#legs.delete(leg.leg)
    this.#late.set(leg.leg, leg)
    this.#clock.after(lateMs, () => this.#late.delete(leg.leg))
    if (leg.trunk !== null) this.#needs.load.leave(leg.trunk)
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
      newToken,
    })
  }

  #whenListening(run: () => void): void {
    if (this.#isClosed) return
    if (this.#waiting) this.#waiting.push(run)
    else run()
  }

  #flowTo(key: LegId, request: SipRequest): Flow {
    const leg = this.#legs.get(key) ?? this.#late.get(key)
    return leg?.flowTo(request) ?? targetOf(request, undefined) ?? nowhere
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
