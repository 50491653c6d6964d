import type { Call, Outgoing } from '@ringdown/sip'
import type { LegEndCause, LegMedia } from '../../leg.port.ts'
import { nobodyAt, nobodyYet } from '../audio.ts'
import { isSameVersion } from '../audio-address.ts'
import { Keeping } from '../keeping.ts'
import type { SipNeeds } from '../sip.port.ts'
import type { OutgoingPlan, OutgoingTarget } from './outgoing.port.ts'
import { OutgoingAudio, silentAudio } from './outgoing-audio.ts'
import { type OutgoingData, type OutgoingProgress, writeOutgoing } from './outgoing-data.ts'
import type { Way } from './ways.ts'

type MemoryNeeds = Pick<SipNeeds, 'media' | 'counter' | 'clock' | 'addressFor'> & {
  /** Resolves when it is durable. */
  store(data: string): Promise<void>
}

/** All that a leg is continued from, here and by a control after us. */
export class LegMemory {
  readonly #data: OutgoingData
  readonly #needs: MemoryNeeds
  readonly #keeping: Keeping
  #progress: OutgoingProgress | undefined
  #audio: OutgoingAudio | undefined
  #media: LegMedia | undefined

  constructor(data: OutgoingData, needs: MemoryNeeds) {
    this.#data = data
    this.#needs = needs
    this.#progress = data.progress
    this.#media = data.progress?.media
    this.#keeping = new Keeping(() => this.#write())
    if (data.progress) this.#audio = this.#newAudio(data.progress.audio)
  }

  get plan(): OutgoingPlan {
    return this.#data.plan
  }

  /** Undefined before it was dialled. */
  get progress(): OutgoingProgress | undefined {
    return this.#progress
  }

  get call(): Outgoing | undefined {
    return this.#progress?.call
  }

  get audio(): OutgoingAudio | undefined {
    return this.#audio
  }

  get media(): LegMedia | undefined {
    return this.#media
  }

  /** The one that is being tried, or answered. */
  get target(): OutgoingTarget | undefined {
    return this.plan.targets[this.#progress?.way.target ?? 0]
  }

  /** The audio is there now. */
  moveTo(media: LegMedia): void {
    this.#media = media
  }

  /**
   * The call goes there now, with an offer from an address of the same version of IP (RFC 6157 §4). False: nothing can be heard
   * at such a one.
   */
  async goBy(way: Way, media: LegMedia): Promise<boolean> {
    const { addressFor, clock } = this.#needs
    this.#audio ??= this.#newAudio(silentAudio(nobodyYet.remote.address))
    const { address } = this.#audio.memory
    // An INVITE that may be out already is repeated as it was.
    const next = way === this.#progress?.way ? address : addressFor(way.flow.address)
    if (!isSameVersion(address, next) && !(await this.#listenAt(next, media))) return false
    this.#audio.offerFrom(next)
    const audio = this.#audio.memory
    this.#progress = { dialledAt: clock.now(), ...this.#progress, way, media, audio }
    return true
  }

  /** The call after a step. */
  take(call: Call): void {
    if (!this.#progress || call.kind !== 'outgoing' || call === this.#progress.call) return
    this.#progress = { ...this.#progress, call }
    void this.keep()
  }

  endWith(ended: LegEndCause): void {
    if (this.#progress) this.#progress = { ...this.#progress, ended }
    void this.keep()
  }

  /** Resolves when what is there now is durable, or cannot be made so. */
  keep(): Promise<void> {
    return this.#keeping.keep()
  }

  /** Resolves when nothing is being made durable. */
  settled(): Promise<void> {
    return this.#keeping.settled()
  }

  /** The port was opened before it was known where the call goes. */
  async #listenAt(address: string, { worker, endpoint }: LegMedia): Promise<boolean> {
    const { media, counter } = this.#needs
    try {
      const order = { type: 'update rtp', endpoint, settings: nobodyAt(address) } as const
      if ((await media.command(worker, order)).ok) return true
    } catch {
      // The worker is away, and its ports with it.
    }
    counter.count('failed')
    return false
  }

  #newAudio(memory: OutgoingProgress['audio']): OutgoingAudio {
    const { audio: policy, sessionId } = this.plan
    return new OutgoingAudio({ ...this.#needs, policy, sessionId }, memory)
  }

  async #write(): Promise<void> {
    // A call that is over says why in the same breath: one without the other would be taken up by nobody.
    await Promise.resolve()
    const progress = this.#progress && {
      ...this.#progress,
      ...(this.#media && { media: this.#media }),
      ...(this.#audio && { audio: this.#audio.memory }),
    }
    try {
      await this.#needs.store(writeOutgoing({ ...this.#data, ...(progress && { progress }) }))
    } catch {
      this.#needs.counter.count('failed')
    }
  }
}
