import { encodeUtf8 } from '@ringdown/sip'
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
import type { AudioMemory } from './outgoing-data.ts'

export type OutgoingAudioNeeds = Pick<SipNeeds, 'media' | 'counter' | 'addressFor'> & {
  policy: AudioPolicy
  sessionId: string
}

/** Offer and answer in a call of ours (RFC 3264): what was settled last, and how our descriptions are numbered. */
export class OutgoingAudio {
  readonly #needs: OutgoingAudioNeeds
  #memory: AudioMemory

  constructor(needs: OutgoingAudioNeeds, memory: AudioMemory) {
    this.#needs = needs
    this.#memory = memory
  }

  get memory(): AudioMemory {
    return this.#memory
  }

  /** For the worker. */
  get settings(): RtpSettings {
    return this.#memory.settled ?? nobodyAt(this.#memory.address)
  }

  /** Our descriptions name this address from now on. */
  offerFrom(address: string): void {
    this.#memory = { ...this.#memory, address }
  }

  /** Our offer, in the first INVITE or in a later one. */
  offer(port: number): string {
    return this.#number(end => writeOffer(end, this.#wanted()), port)!
  }

  /** Their answer to our offer. False when it settles nothing. */
  async takeAnswer(sdp: string, media: LegMedia): Promise<boolean> {
    const settings = this.#kept(readAnswer(encodeUtf8(sdp), this.#wanted()))
    // They were told where we listen: from the other version of IP nothing would come.
    if (!settings || !isSameVersion(settings.remote.address, this.#memory.address)) return false
    await this.#settle(settings, media)
    return true
  }

  /** Their offer: our answer to it; undefined when nothing can be agreed on. */
  async takeOffer(sdp: string, media: LegMedia): Promise<string | undefined> {
    const offer = encodeUtf8(sdp)
    const { port } = media.local ?? {}
    const wanted = this.#wanted()
    const settings = this.#kept(readOffer(offer, wanted))
    const address = settings && this.#ownAddressFor(settings.remote.address)
    if (!settings || address === undefined || port === undefined) return undefined
    this.#memory = { ...this.#memory, address }
    await this.#settle(settings, media)
    return this.#number(end => writeAnswer(offer, end, wanted), port)
  }

  warnings(offer: string): ReturnType<typeof warningsOf> {
    const isServed = (remote: string) => this.#ownAddressFor(remote) !== undefined
    return warningsOf(encodeUtf8(offer), this.#wanted(), isServed)
  }

  #wanted(): AudioPolicy {
    return keeping(this.#needs.policy, this.#memory.settled?.codec)
  }

  #ownAddressFor(remote: string): string | undefined {
    return ownAddressFor(remote, { own: this.#memory.address, addressFor: this.#needs.addressFor })
  }

  /** RFC 3264 §8.4: a hold of the old kind names no address; the stream comes back to the one it had. */
  #kept(read: RtpSettings | undefined): RtpSettings | undefined {
    return read && isNowhere(read.remote.address) ? { ...read, remote: this.settings.remote } : read
  }

  /** RFC 3264 §8: the version grows by one when the description changes, and only then. */
  #number(write: (end: OurEnd) => string | undefined, port: number): string | undefined {
    const { address, version, last } = this.#memory
    const end = (sessionVersion: number): OurEnd => ({
      address,
      port,
      sessionId: this.#needs.sessionId,
      sessionVersion,
    })
    const same = write(end(version))
    if (same === undefined) return undefined
    const isChanged = last !== '' && same !== last
    const described = isChanged ? write(end(version + 1)) : same
    this.#memory = {
      ...this.#memory,
      version: isChanged ? version + 1 : version,
      last: described ?? '',
    }
    return described
  }

  async #settle(settings: RtpSettings, { worker, endpoint }: LegMedia): Promise<void> {
    this.#memory = { ...this.#memory, settled: settings }
    try {
      const answer = await this.#needs.media.command(worker, { type: 'update rtp', endpoint, settings })
      if (!answer.ok) this.#needs.counter.count('failed')
    } catch {
      // The worker is away: when the endpoint is opened again, it gets what was settled here.
      this.#needs.counter.count('failed')
    }
  }
}

/** Before anything was described. */
export const silentAudio = (address: string): AudioMemory => ({
  address,
  version: 1,
  last: '',
  settled: null,
})
