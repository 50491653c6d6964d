import type { DigestAuthorization, DigestHash, Flow, SipRequest } from '@ringdown/sip'
import { callIdOf, cseqOf, fromOf, parseUri, uriUser } from '@ringdown/sip'
import { Recent } from '../defence/recent.ts'
import type { Clock } from '../sip.port.ts'

/** Who has been silent for so long after a challenge, and then asks anew, has given up on it. ms */
const patienceMs = 5_000
/** Telephones that are remembered, about 200 bytes each. */
const remembered = 10_000

type Offer = { request: string; at: number; isAnswered: boolean; gaveUp: boolean }

/**
 * Which hashes a telephone is asked with. It should take the first that it knows (RFC 8760 §2.4); some give up at one that they do not
 * know, though MD5 stands beside it (libre 1.0, SIPp 3.6). They are asked with MD5 alone when they come again.
 */
export class OfferedHashes {
  readonly #all: readonly DigestHash[]
  readonly #clock: Pick<Clock, 'now'>
  readonly #offers = new Recent<Offer>(remembered)

  constructor(all: readonly DigestHash[], clock: Pick<Clock, 'now'>) {
    this.#all = all
    this.#clock = clock
  }

  /** For a request without credentials. */
  first(request: SipRequest, flow: Flow): readonly DigestHash[] {
    const id = `${callIdOf(request)} ${cseqOf(request)?.number}`
    const now = this.#clock.now()
    const before = this.#offers.get(keyOf(request, flow))
    // The network brings a request twice, and telephones with several lines ask several times at once.
    const isSame = before?.request === id || (before && now - before.at < patienceMs)
    const gaveUp = before !== undefined && (before.gaveUp || !(isSame || before.isAnswered))
    const offer = isSame ? { ...before, gaveUp } : { request: id, at: now, isAnswered: false, gaveUp }
    this.#offers.set(keyOf(request, flow), offer)
    return this.#offered(gaveUp)
  }

  /** For one whose credentials are asked for once more. */
  again(given: DigestAuthorization | undefined): readonly DigestHash[] {
    return this.#offered(given?.algorithm.toUpperCase() === 'MD5')
  }

  /** It brought credentials: it did not give up. */
  answered(request: SipRequest, flow: Flow): void {
    const key = keyOf(request, flow)
    const offer = this.#offers.get(key)
    if (offer) this.#offers.set(key, { ...offer, isAnswered: true })
  }

  #offered(isSimple: boolean): readonly DigestHash[] {
    return isSimple && this.#all.includes('MD5') ? ['MD5'] : this.#all
  }
}

/** Whatever may be behind it: what anybody says of themselves is enough to be asked more simply. */
function keyOf(request: SipRequest, { address }: Flow): string {
  const uri = parseUri(fromOf(request)?.uri ?? '')
  return `${address} ${(uri && uriUser(uri))?.slice(0, 64) ?? ''}`
}
