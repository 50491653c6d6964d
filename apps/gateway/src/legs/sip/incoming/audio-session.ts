import type { SipRequest } from '@ringdown/sip'
import { cseqOf, sessionDescriptionOf } from '@ringdown/sip'
import type { RtpSettings } from '../../../media/worker.port.ts'
import type { LegMedia } from '../../leg.port.ts'
import {
  type AudioPolicy,
  keeping,
  nobodyAt,
  type OurEnd,
  readAnswer,
  readOffer,
  warningsOf,
  writeAnswer,
  writeOffer,
} from '../audio.ts'
import { isNowhere, isSameVersion, ownAddressFor } from '../audio-address.ts'
import type { SipNeeds } from '../sip.port.ts'
import { secondOf } from './replies.ts'

type SessionNeeds = Pick<SipNeeds, 'media' | 'clock' | 'counter' | 'addressFor'> & {
  /** Our address towards the far end of the signalling. */
  address: string
  sessionId: string
  /** A control before us may have numbered descriptions of which we know nothing. */
  isRestored: boolean
  /** The same from the first description to the last. */
  policy: AudioPolicy
  /** Of the control before us, where that is not what the first INVITE says. */
  settled?: RtpSettings | undefined
}

/** Offer and answer of one dialog (RFC 3264): what was settled last, and how our descriptions are numbered. */
export class AudioSession {
  readonly #needs: SessionNeeds
  /** The offer of the INVITE, where it has one. */
  readonly #first: Uint8Array | undefined
  /** Of the far end; undefined: what was offered cannot be used. */
  #settled: RtpSettings | undefined
  /** In our descriptions: of the version of IP that theirs name. */
  #address: string
  #version = 1
  #knowsVersion: boolean
  #last: string | undefined
  /** CSeq number of the INVITE whose 2xx holds our offer. */
  #offeredIn: number | undefined

  constructor(invite: SipRequest, needs: SessionNeeds) {
    this.#needs = needs
    this.#first = sessionDescriptionOf(invite)
    this.#address = needs.address
    this.#knowsVersion = !needs.isRestored
    // RFC 3261 §13.2.1: an INVITE without an offer gets ours in the 2xx and answers in its ACK.
    if (needs.settled) this.#resume(needs.settled)
    else if (this.#first) this.#settled = this.#offered(this.#first, this.#policy())
    else {
      this.#settled = nobodyAt(needs.address)
      this.#offeredIn = cseqOf(invite)?.number
    }
  }

  /** For the worker; undefined when the INVITE's offer holds nothing that we speak, or no place that we reach. */
  get settings(): RtpSettings | undefined {
    return this.#settled
  }

  /** Why the offer of this request, or that of the first INVITE, cannot be used. */
  warnings(request?: SipRequest): ReturnType<typeof warningsOf> {
    const offer = request ? sessionDescriptionOf(request) : this.#first
    if (!offer) return []
    return warningsOf(offer, this.#policy(), remote => this.#ownAddressFor(remote) !== undefined)
  }

  /** Our description for the 2xx to the first INVITE: always the same one. */
  describe(port: number): string | undefined {
    const end = this.#end(port, 1)
    const policy = this.#policy()
    const body = this.#first ? writeAnswer(this.#first, end, policy) : writeOffer(end, policy)
    this.#last ??= body
    return body
  }

  /** A re-INVITE or UPDATE: our description for its 2xx; undefined when nothing can be agreed on (488). */
  async renegotiate(request: SipRequest, media: LegMedia): Promise<string | undefined> {
    const port = media.local?.port
    if (port === undefined) return undefined
    const policy = this.#policy(this.#settled?.codec)
    const offer = sessionDescriptionOf(request)
    if (!offer) {
      this.#offeredIn = cseqOf(request)?.number
      return this.#number(end => writeOffer(end, policy), port)
    }
    const settings = this.#offered(offer, policy)
    if (!settings) return undefined
    await this.#update(media, settings)
    return this.#number(end => writeAnswer(offer, end, policy), port)
  }

  /** An ACK holds the answer when the 2xx held our offer. */
  async acknowledged(ack: SipRequest, media: LegMedia | undefined): Promise<void> {
    if (this.#offeredIn === undefined || cseqOf(ack)?.number !== this.#offeredIn) return
    this.#offeredIn = undefined
    const answer = sessionDescriptionOf(ack)
    const settings = answer && this.#kept(readAnswer(answer, this.#policy(this.#settled?.codec)))
    // They were told where we listen: from the other version of IP nothing would come.
    if (settings && isSameVersion(settings.remote.address, this.#address)) await this.#update(media, settings)
  }

  /** What an offer asks for, where it can be used and we have an address for it. */
  #offered(offer: Uint8Array, policy: AudioPolicy): RtpSettings | undefined {
    const settings = this.#kept(readOffer(offer, policy))
    const address = settings && this.#ownAddressFor(settings.remote.address)
    if (address === undefined) return undefined
    this.#address = address
    return settings
  }

  #resume(settled: RtpSettings): void {
    this.#settled = settled
    this.#address = this.#ownAddressFor(settled.remote.address) ?? this.#address
  }

  #ownAddressFor(remote: string): string | undefined {
    const { address: own, addressFor } = this.#needs
    return ownAddressFor(remote, { own, addressFor })
  }

  /** RFC 3264 §8.4: a hold of the old kind names no address; the stream comes back to the one it had. */
  #kept(settings: RtpSettings | undefined): RtpSettings | undefined {
    if (!settings || !isNowhere(settings.remote.address)) return settings
    return { ...settings, remote: (this.#settled ?? nobodyAt(settings.remote.address)).remote }
  }

  /** RFC 3264 §8: the version grows by one when the description changes, and only then. */
  #number(write: (end: OurEnd) => string | undefined, port: number): string | undefined {
    const same = write(this.#end(port, this.#version))
    if (same !== undefined && same === this.#last) return same
    this.#version = this.#knowsVersion ? this.#version + 1 : secondOf(this.#needs.clock.now())
    this.#knowsVersion = true
    this.#last = write(this.#end(port, this.#version))
    return this.#last
  }

  #policy(current?: RtpSettings['codec']): AudioPolicy {
    return keeping(this.#needs.policy, current)
  }

  #end(port: number, sessionVersion: number): OurEnd {
    return { address: this.#address, port, sessionId: this.#needs.sessionId, sessionVersion }
  }

  async #update(media: LegMedia | undefined, settings: RtpSettings): Promise<void> {
    this.#settled = settings
    if (!media) return
    const { worker, endpoint } = media
    try {
      const answer = await this.#needs.media.command(worker, { type: 'update rtp', endpoint, settings })
      if (!answer.ok) this.#needs.counter.count('failed')
    } catch {
      // The worker is away: when the endpoint is opened again, it gets what was settled here.
      this.#needs.counter.count('failed')
    }
  }
}
