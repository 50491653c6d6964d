import type { Header, LayerEvent, SipRequest, TransactionId, TransactionLayer } from '@ringdown/sip'
import { createResponse, parseUri, screenRequest, toOf, uriUser } from '@ringdown/sip'
import { newToken } from '../new-token.ts'
import { retryLater } from '../retry-later.ts'
import type { Clock, SipCounter } from '../sip.port.ts'
import { contactHeaders, register } from './bindings.rules.ts'
import type { ContactBook } from './contact-book.ts'
import type { Device } from './registrar.port.ts'

export type RegistrarNeeds = {
  contacts: Pick<ContactBook, 'change'>
  layer: Pick<TransactionLayer, 'respond'>
  clock: Pick<Clock, 'now'>
  counter: SipCounter
}

type Incoming = Extract<LayerEvent, { type: 'request' }>

/** Neither Path nor outbound nor GRUU: whoever requires one of them is told (RFC 3261 §10.3, step 2). */
const registers = { methods: ['REGISTER'], extensions: [], contentTypes: [], schemes: ['sip', 'sips'] }

/** Takes REGISTER requests of telephones whose passwords were right (RFC 3261 §10.3, from step 4 on). */
export class Registrar {
  readonly #needs: RegistrarNeeds
  /** Transactions that are there: the layer repeats their answers. */
  readonly #served = new Set<TransactionId>()
  #admitted: { id: TransactionId | undefined; device: Device } | undefined

  constructor(needs: RegistrarNeeds) {
    this.#needs = needs
  }

  has(id: TransactionId): boolean {
    return this.#served.has(id)
  }

  /** Whose request this is, while `admit` hands it to the layer. */
  admitting(id: TransactionId | undefined, device: Device, admit: () => void): void {
    this.#admitted = { id, device }
    try {
      admit()
    } finally {
      this.#admitted = undefined
    }
  }

  /** An event of the layer. False when it belongs to no telephone's REGISTER. */
  take(event: LayerEvent): boolean {
    if (event.type === 'terminated') return this.#served.delete(event.id)
    if (event.type !== 'request' || this.#admitted?.id !== event.id) return false
    this.#served.add(event.id)
    void this.#register(event, this.#admitted.device)
    return true
  }

  /** Never rejects. */
  async #register(incoming: Incoming, device: Device): Promise<void> {
    const { request, flow } = incoming
    const { clock, contacts } = this.#needs
    const screening = screenRequest(request, registers)
    if (!screening.ok) return this.#refuse(incoming, screening.status, screening.headers)
    // §10.3, step 4: a telephone registers itself and nobody else.
    if (addressOf(request) !== device.username) return this.#refuse(incoming, 403)
    let refusal: { status: number; headers: readonly Header[] } | undefined
    try {
      const { changed, contacts: left } = await contacts.change(device, before => {
        const registration = register({ request, flow, contacts: before, now: clock.now() })
        if (registration.type === 'taken') return registration.contacts
        refusal = registration
        return undefined
      })
      if (refusal) return this.#refuse(incoming, refusal.status, refusal.headers)
      if (!changed) return this.#refuse(incoming, 403)
      const date = { name: 'Date', value: new Date(clock.now()).toUTCString() }
      this.#answer(incoming, 200, [...contactHeaders(left, clock.now()), date])
    } catch {
      this.#needs.counter.count('failed')
      this.#answer(incoming, 503, [retryLater])
    }
  }

  #refuse(incoming: Incoming, status: number, headers: readonly Header[] = []): void {
    this.#needs.counter.count('refused')
    this.#answer(incoming, status, headers)
  }

  #answer({ id, request }: Incoming, status: number, headers: readonly Header[]): void {
    this.#needs.layer.respond(id, createResponse(request, status, { toTag: newToken(), headers }))
  }
}

/** Who is to be registered: the address of record stands in To (RFC 3261 §10.2). */
function addressOf(request: SipRequest): string | undefined {
  const to = toOf(request)
  const uri = to && parseUri(to.uri)
  return uri && uriUser(uri)
}
