import { toOf } from '../message/headers.ts'
import type { Header, SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { acknowledgementKey, mergeKey } from '../transaction/key.ts'
import type {
  ToUser,
  TransactionEffect,
  TransactionInput,
  TransactionState,
} from '../transaction/transaction.ts'
import { transition } from '../transaction/transition.ts'
import { type AnswerRepetition, repeated } from './answer-repetition.ts'
import { type Counter, noCounts } from './counters.ts'
import type { Flow, LayerEvent, LayerPorts, LayerStats, TransactionId } from './ports.ts'

/** A living transaction and what the layer does around it. */
export interface Entry {
  readonly id: TransactionId
  state: TransactionState
  readonly flow: Flow
  /** The layer's own (CANCEL): its user is the layer, nobody else is told. */
  readonly internal: boolean
  /** Our request, too large for UDP: how it goes there after all (RFC 3261 §18.1.1). */
  readonly overUdp?: { readonly request: SipRequest; readonly flow: Flow }
  readonly timers: Set<string>
  /** INVITE server: the 2xx that waits for its ACK. */
  repetition?: AnswerRepetition | undefined
  /** INVITE client: ACKs sent, by To tag, to be sent again with each repeated 2xx. */
  readonly acks: Map<string, { readonly ack: SipRequest; readonly flow: Flow }>
  /** INVITE client: the user gave up before (`wanted`) or after (`sent`) a provisional response. */
  cancel?: 'wanted' | 'sent'
  cancelHeaders?: readonly Header[]
}

const REPEAT_2XX = '2xx'
const DEFAULT_MAX = 20_000

/** What copies of a request over other paths would share with this one, for server transactions. */
const originOf = ({ state }: Entry): string | undefined =>
  state.machine.endsWith('server') ? mergeKey(state.request) : undefined

/** Keeps the transactions alive and carries out their effects. */
export class TransactionStore {
  readonly #ports: LayerPorts
  readonly #entries = new Map<TransactionId, Entry>()
  readonly #byAcknowledgement = new Map<string, TransactionId>()
  readonly #byOrigin = new Map<string, TransactionId>()
  readonly #counts = noCounts()
  readonly #events: LayerEvent[] = []
  #draining = false

  constructor(ports: LayerPorts) {
    this.#ports = ports
  }

  get(id: TransactionId | undefined): Entry | undefined {
    return id === undefined ? undefined : this.#entries.get(id)
  }

  /** The INVITE whose 2xx this ACK confirms. */
  answeredBy(ack: SipRequest): Entry | undefined {
    return this.get(this.#byAcknowledgement.get(acknowledgementKey(ack)))
  }

  /** RFC 3261 §8.2.2.2: the same request came over another path and is being handled. */
  isMerged(request: SipRequest): boolean {
    const key = mergeKey(request)
    return key !== undefined && this.#byOrigin.has(key)
  }

  isFull(): boolean {
    return this.#entries.size >= (this.#ports.maxTransactions ?? DEFAULT_MAX)
  }

  count(name: Counter): void {
    this.#counts[name] += 1
  }

  stats(): LayerStats {
    return { ...this.#counts, active: this.#entries.size }
  }

  emit(event: LayerEvent): void {
    this.#events.push(event)
  }

  /** Events wait until a step is complete, so that the user may call the layer from within. */
  drain(): void {
    if (this.#draining) return
    this.#draining = true
    try {
      for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
        this.#ports.onEvent(event)
      }
    } finally {
      this.#draining = false
    }
  }

  add(
    entry: Pick<Entry, 'id' | 'state' | 'flow' | 'repetition' | 'overUdp'> & { readonly internal?: boolean },
    effects: readonly TransactionEffect[],
  ): Entry {
    const added: Entry = { internal: false, ...entry, timers: new Set(), acks: new Map() }
    this.#entries.set(added.id, added)
    const origin = originOf(added)
    if (origin !== undefined) this.#byOrigin.set(origin, added.id)
    this.#carryOut(added, effects)
    return added
  }

  feed(entry: Entry, input: TransactionInput): void {
    const step = transition(entry.state, input)
    entry.state = step.state
    this.#carryOut(entry, step.effects)
  }

  send(message: SipMessage, flow: Flow, options: { id?: TransactionId; again?: boolean } = {}): void {
    const first = message.kind === 'request' ? 'requestsSent' : 'responsesSent'
    this.count(options.again ? 'retransmissionsSent' : first)
    this.#ports.send(message, flow, options.id)
  }

  startTimer(entry: Entry, name: string, ms: number): void {
    const timer = `${entry.id}#${name}`
    entry.timers.add(timer)
    this.#ports.timers.start(timer, ms)
  }

  /** Repeats a 2xx until its ACK. */
  awaitAck(entry: Entry, repetition: AnswerRepetition): void {
    entry.repetition = repetition
    this.#byAcknowledgement.set(acknowledgementKey(repetition.response), entry.id)
    if (!repetition.acknowledged) this.startTimer(entry, REPEAT_2XX, repetition.interval)
  }

  repeatAnswer(entry: Entry): void {
    if (entry.repetition === undefined || entry.repetition.acknowledged) return
    entry.repetition = repeated(entry.repetition)
    this.feed(entry, { type: 'respond', response: entry.repetition.response })
    this.startTimer(entry, REPEAT_2XX, entry.repetition.interval)
  }

  remove(entry: Entry): void {
    if (this.#entries.get(entry.id) !== entry) return
    this.#entries.delete(entry.id)
    for (const timer of entry.timers) this.#ports.timers.stop(timer)
    const origin = originOf(entry)
    if (origin !== undefined && this.#byOrigin.get(origin) === entry.id) this.#byOrigin.delete(origin)
    if (entry.repetition !== undefined) this.#forget(entry.id, entry.repetition)
    if (!entry.internal) this.emit({ type: 'terminated', id: entry.id })
  }

  // RFC 3261 §13.3.1.4: Timer L is 64*T1 too, so the end of "Accepted" is the end of the wait for the ACK.
  #forget(id: TransactionId, { response, acknowledged }: AnswerRepetition): void {
    const key = acknowledgementKey(response)
    if (this.#byAcknowledgement.get(key) === id) this.#byAcknowledgement.delete(key)
    if (!acknowledged) this.emit({ type: 'no ack', id })
  }

  #stopTimer(entry: Entry, name: string): void {
    const timer = `${entry.id}#${name}`
    if (entry.timers.delete(timer)) this.#ports.timers.stop(timer)
  }

  #carryOut(entry: Entry, effects: readonly TransactionEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'send') {
        this.send(effect.message, entry.flow, { id: entry.id, again: effect.again === true })
      } else if (effect.type === 'start timer') this.startTimer(entry, effect.name, effect.ms)
      else if (effect.type === 'stop timer') this.#stopTimer(entry, effect.name)
      else if (effect.type === 'to user') this.#tell(entry, effect.event)
      else if (effect.type === 'unexpected') this.count('unexpectedInputs')
      else this.remove(entry)
    }
  }

  #tell(entry: Entry, event: ToUser): void {
    if (event.type === 'timeout') this.count('timeouts')
    if (event.type === 'transport error') this.count('transportErrors')
    if (entry.internal) return
    const { id, flow } = entry
    if (event.type === 'request') this.emit({ ...event, id, flow })
    else if (event.type === 'timeout' || event.type === 'transport error')
      this.emit({ ...event, id, request: entry.state.request })
    else if (event.type === 'ack') this.#acknowledged(entry, event.request)
    else if (event.type !== 'response' || !this.#acknowledgedAgain(entry, event.response))
      this.emit({ ...event, id })
  }

  /** RFC 3261 §13.2.2.4: a repeated 2xx gets the same ACK again, without asking the user. */
  #acknowledgedAgain(entry: Entry, response: SipResponse): boolean {
    const known = entry.acks.get(tagOf(toOf(response)) ?? '')
    if (known === undefined) return false
    this.count('retransmissionsReceived')
    this.send(known.ack, known.flow, { id: entry.id, again: true })
    return true
  }

  #acknowledged(entry: Entry, request: SipRequest): void {
    if (entry.repetition === undefined || entry.repetition.acknowledged) {
      this.count('retransmissionsReceived')
      return
    }
    entry.repetition = { ...entry.repetition, acknowledged: true }
    this.#stopTimer(entry, REPEAT_2XX)
    this.emit({ type: 'ack', id: entry.id, request, flow: entry.flow })
  }
}
