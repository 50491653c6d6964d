import type { Flow, SipMessage, SipRequest, TransactionId } from '@ringdown/sip'
import { serverTransactionKey, tagOf, toOf } from '@ringdown/sip'
import { retryLater } from '../retry-later.ts'
import type { SipCounter, Trunk } from '../sip.port.ts'
import type { StatelessAnswer } from '../stateless-answers.ts'
import type { ContactBook } from './contact-book.ts'
import { callerOf } from './desk-caller.rules.ts'
import type { DigestGate } from './digest-gate.ts'
import type { Device } from './registrar.port.ts'
import type { Registrar } from './registrar.ts'

/** Requests whose password is being looked up at the same time. */
const checksAtOnce = 256

export type DeskDoorNeeds = {
  contacts: Pick<ContactBook, 'at' | 'knowsAddress'>
  gate: Pick<DigestGate, 'challenge' | 'judge'>
  registrar: Registrar
  counter: SipCounter
  answer: StatelessAnswer
  /** Hands a REGISTER whose password was right to the transaction layer. */
  admit(message: SipMessage, flow: Flow): void
  /** The same of a request that may become a call; refuses what is too much. */
  admitCaller(request: SipRequest, flow: Flow, caller: Trunk): void
}

type Check = { id: TransactionId; request: SipRequest; flow: Flow; pass: (device: Device) => void }

/**
 * The desk phones' door before the transaction layer. Nothing is kept of a request until its password was found right: the
 * challenge holds all that there is to know (RFC 3261 §22.1, §26.3.2.4).
 */
export class DeskDoor {
  readonly #needs: DeskDoorNeeds
  /** Their passwords are being looked up: the network may bring them once more meanwhile. */
  readonly #checking = new Set<TransactionId>()

  constructor(needs: DeskDoorNeeds) {
    this.#needs = needs
  }

  /** Whether the request concerns a desk phone; then it is seen to. */
  receive(request: SipRequest, flow: Flow): boolean {
    if (request.method === 'REGISTER') {
      this.#check(request, flow, device => this.#register(request, flow, device))
      return true
    }
    const device = this.#needs.contacts.at(flow)
    if (device) this.#fromPhone(request, flow, device)
    return device !== undefined
  }

  /** The same of a request from an address that is no trunk's: a telephone may speak from another port than it registered from. */
  receiveStranger(request: SipRequest, flow: Flow): boolean {
    if (!isNewCall(request) || !this.#needs.contacts.knowsAddress(flow.address)) return false
    this.#check(request, flow, device => this.#call(request, flow, device))
    return true
  }

  /** A call is asked for its password; what only asks what we can do is told. */
  #fromPhone(request: SipRequest, flow: Flow, phone: Device): void {
    if (isNewCall(request)) this.#check(request, flow, device => this.#call(request, flow, device))
    else this.#needs.admitCaller(request, flow, callerOf(phone))
  }

  #register(request: SipRequest, flow: Flow, device: Device): void {
    this.#needs.registrar.admitting(serverTransactionKey(request), device, () =>
      this.#needs.admit(request, flow),
    )
  }

  #call(request: SipRequest, flow: Flow, device: Device): void {
    this.#needs.admitCaller(request, flow, callerOf(device))
  }

  #check(request: SipRequest, flow: Flow, pass: (device: Device) => void): void {
    const { gate, counter, answer } = this.#needs
    const challenge = gate.challenge(request, flow)
    const id = serverTransactionKey(request)
    if (challenge) answer(request, flow, challenge)
    else if (id === undefined || this.#checking.has(id)) return
    else if (this.#checking.size < checksAtOnce) void this.#judge({ id, request, flow, pass })
    else {
      counter.count('overload')
      answer(request, flow, { status: 503, headers: [retryLater] })
    }
  }

  /** Never rejects. */
  async #judge({ id, request, flow, pass }: Check): Promise<void> {
    const { gate, counter, answer } = this.#needs
    this.#checking.add(id)
    try {
      const verdict = await gate.judge(request, flow)
      if (verdict.ok) return pass(verdict.device)
      if (verdict.status === 400) counter.count('bad credentials')
      answer(request, flow, verdict)
    } catch {
      counter.count('failed')
      answer(request, flow, { status: 503, headers: [retryLater] })
    } finally {
      this.#checking.delete(id)
    }
  }
}

const isNewCall = (request: SipRequest): boolean =>
  request.method === 'INVITE' && tagOf(toOf(request)) === undefined
