import { dialogKey } from '../dialog/match.ts'
import type { Flow, LayerEvent, TransactionId, TransactionLayer } from '../layer/ports.ts'
import { callIdOf, cseqOf, fromOf, toOf } from '../message/headers.ts'
import { isSuccess, type SipMessage, type SipRequest, type SipResponse } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { localAnswer } from '../session/effects.ts'
import type { CallEvent } from '../session/events.ts'
import type { SessionProfile } from '../session/profile.ts'
import type { Call, CallInput, CallStep, OutgoingOrder } from './call.ts'
import { type Carried, carryOut } from './carry-out.ts'
import { declineAnswer } from './decline-answer.ts'
import { type IncomingStart, startIncoming } from './incoming.ts'
import { startOutgoing } from './outgoing.ts'
import { resumeCall } from './resume.ts'
import { callTransition } from './transition.ts'

/** What the agent needs from outside. The user may call the agent from within `onEvent`. */
export interface CallAgentPorts {
  readonly layer: Pick<TransactionLayer, 'request' | 'respond' | 'acknowledge' | 'cancel'>
  /** One-shot timers in ms, like those of the layer; names are the agent's own. */
  readonly timers: {
    readonly start: (timer: string, ms: number) => void
    readonly stop: (timer: string) => void
  }
  /** 0 to 1. */
  readonly random: () => number
  /** Where a request of this call goes: by `nextHop(request)`, or the flow its first message came by. */
  readonly flowTo: (key: string, request: SipRequest) => Flow
  /** The call after a step, before anything of that step is sent; plain JSON to be sealed and stored. */
  readonly keep?: (key: string, call: Call) => void
  readonly onEvent: (key: string, event: CallEvent) => void
}

/** Drives calls with a transaction layer: the shell around `callTransition`. Keys are the user's own names for calls. */
export interface CallAgent {
  /** Calls out. */
  dial(key: string, order: OutgoingOrder, profile: SessionProfile): void
  /** Takes a new INVITE. False when it had to be refused at once (it has been). */
  accept(key: string, start: IncomingStart): boolean
  /** Takes up a stored call; see `resumeCall`. */
  restore(key: string, call: Call): void
  /** An order of the user. False when there is no such call. */
  give(key: string, input: CallInput): boolean
  /** An event of the layer. False when it belongs to no call: a new INVITE, a request outside of dialogs. */
  take(event: LayerEvent): boolean
  timerFired(timer: string): void
  get(key: string): Call | undefined
  /** The key of the call with this Call-ID and tag of ours (RFC 3891 §3: Call-ID and to-tag of a Replaces). */
  find(dialog: { readonly callId: string; readonly localTag: string }): string | undefined
  /** Calls that are not over. */
  readonly size: number
  /** Inputs that no state expected, since the agent was made. */
  readonly unexpectedInputs: number
}

export function createCallAgent(ports: CallAgentPorts): CallAgent {
  return new Agent(ports)
}

class Agent implements CallAgent {
  readonly #ports: CallAgentPorts
  readonly #calls = new Map<string, Carried>()
  /** Call-ID and our tag name a call with all its early dialogs. */
  readonly #byDialog = new Map<string, string>()
  /** Client transactions, and INVITE server transactions. */
  readonly #byTransaction = new Map<TransactionId, string>()
  readonly #inputs: { readonly key: string; readonly input: CallInput }[] = []
  #isBusy = false
  unexpectedInputs = 0

  constructor(ports: CallAgentPorts) {
    this.#ports = ports
  }

  get size(): number {
    return this.#calls.size
  }

  get(key: string): Call | undefined {
    return this.#calls.get(key)?.call
  }

  find({ callId, localTag }: { callId: string; localTag: string }): string | undefined {
    return this.#byDialog.get(dialogName(callId, localTag))
  }

  dial(key: string, order: OutgoingOrder, profile: SessionProfile): void {
    const start = startOutgoing(order, profile)
    this.#byDialog.set(dialogName(order.callId, order.localTag), key)
    this.#step(this.#add(key, start.call), start)
  }

  accept(key: string, start: IncomingStart): boolean {
    const { call, effects } = startIncoming(start)
    if (call === undefined) {
      for (const effect of effects)
        if (effect.type === 'respond') this.#ports.layer.respond(effect.id, effect.response)
      return false
    }
    this.#index(key, call)
    this.#step(this.#add(key, call), { call, effects })
    return true
  }

  restore(key: string, call: Call): void {
    this.#index(key, call)
    this.#step(this.#add(key, call), resumeCall(call))
  }

  give(key: string, input: CallInput): boolean {
    if (!this.#calls.has(key)) return false
    this.#inputs.push({ key, input })
    this.#drain()
    return true
  }

  take(event: LayerEvent): boolean {
    switch (event.type) {
      case 'request':
        return this.#request(event)
      case 'ack':
        return this.#feed(this.#ofRequest(event.request), { type: 'ack', request: event.request })
      case 'cancelled':
        return this.#feed(this.#byTransaction.get(event.id), event)
      case 'no ack':
        return this.#feed(this.#byTransaction.get(event.id), { type: 'no ack' })
      case 'response':
        return this.#response(this.#byTransaction.get(event.id), event.response)
      case 'stray response':
        return this.#response(this.#ofResponse(event.response), event.response, event.flow)
      case 'timeout':
      case 'transport error':
        return this.#unanswered(event)
      case 'terminated':
        return this.#byTransaction.delete(event.id)
    }
  }

  timerFired(timer: string): void {
    const hash = timer.lastIndexOf('#')
    this.#feed(timer.slice(0, hash), { type: 'timer', name: timer.slice(hash + 1) })
  }

  #request({ id, request }: Extract<LayerEvent, { type: 'request' }>): boolean {
    const key = this.#ofRequest(request)
    if (key === undefined) return false
    if (request.method === 'INVITE') this.#byTransaction.set(id, key)
    return this.#feed(key, { type: 'request', id, request })
  }

  #response(key: string | undefined, response: SipResponse, flow?: Flow): boolean {
    if (this.#feed(key, { type: 'response', response })) return true
    const isAnswer = isSuccess(response) && cseqOf(response)?.method === 'INVITE'
    const declined = isAnswer ? declineAnswer(response) : undefined
    if (declined === undefined) return key !== undefined
    // RFC 3261 §13.2.2.4: an answer that comes when the call is gone is acknowledged and ended.
    const { layer, flowTo } = this.#ports
    layer.acknowledge(undefined, declined.ack, flow ?? flowTo(key ?? '', declined.ack))
    layer.request(declined.bye, flow ?? flowTo(key ?? '', declined.bye))
    return true
  }

  // RFC 3261 §8.1.3.1. Of server transactions nothing is to be said: nobody waits for the ACK of a refusal.
  #unanswered(event: Extract<LayerEvent, { type: 'timeout' | 'transport error' }>): boolean {
    const key = this.#byTransaction.get(event.id)
    if (key === undefined || !event.id.startsWith('client')) return key !== undefined
    const response = localAnswer(event.request, event.type === 'timeout' ? 408 : 503)
    return this.#feed(key, { type: 'response', response }) || true
  }

  #feed(key: string | undefined, input: CallInput): boolean {
    return key !== undefined && this.give(key, input)
  }

  /** One input at a time: what the user orders within an event waits until the step is done. */
  #drain(): void {
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        const carried = this.#calls.get(next.key)
        if (carried !== undefined) this.#step(carried, callTransition(carried.call, next.input))
      }
    } finally {
      this.#isBusy = false
    }
  }

  #step(carried: Carried, { call, effects }: CallStep): void {
    carried.call = call
    this.#ports.keep?.(carried.key, call)
    const wasBusy = this.#isBusy
    this.#isBusy = true
    for (const effect of effects) {
      if (effect.type === 'unexpected') this.unexpectedInputs++
      const id = carryOut(carried, effect, this.#ports)
      if (id !== undefined) this.#byTransaction.set(id, carried.key)
    }
    this.#isBusy = wasBusy
    if (call.phase === 'over') this.#forget(carried)
    this.#drain()
  }

  #add(key: string, call: Call): Carried {
    const carried: Carried = { key, call, invites: new Map() }
    this.#calls.set(key, carried)
    return carried
  }

  #index(key: string, call: Call): void {
    this.#byDialog.set(nameOf(call), key)
    if (call.kind === 'incoming') this.#byTransaction.set(call.invite.id, key)
  }

  #forget({ key, call }: Carried): void {
    this.#calls.delete(key)
    this.#byDialog.delete(nameOf(call))
  }

  #ofRequest = (request: SipRequest): string | undefined => this.#named(request, tagOf(toOf(request)))
  #ofResponse = (response: SipResponse): string | undefined => this.#named(response, tagOf(fromOf(response)))

  #named(message: SipMessage, localTag: string | undefined): string | undefined {
    const callId = callIdOf(message)
    return callId === undefined || localTag === undefined ? undefined : this.find({ callId, localTag })
  }
}

const dialogName = (callId: string, localTag: string): string =>
  dialogKey({ callId, localTag, remoteTag: '' })

const nameOf = (call: Call): string =>
  call.kind === 'outgoing'
    ? dialogName(call.order.callId, call.order.localTag)
    : dialogName(call.session.dialog.callId, call.session.dialog.localTag)
