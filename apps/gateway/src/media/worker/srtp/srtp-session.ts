import { type SrtpFailure, SrtpReceiver, SrtpSender } from '@ringdown/media'
import type { SrtpSettings } from '../../worker.port.ts'
import { takePacketBuffer } from '../packet-buffers.ts'
import { nodeCiphers as ciphers } from './node-ciphers.ts'

/** Both directions of a telephone's audio under the keys that SDP settled (RFC 4568). */
export class SrtpSession {
  readonly #settings: SrtpSettings
  readonly #sender: SrtpSender
  readonly #receiver: SrtpReceiver
  /** Of the keys before. */
  readonly #failuresBefore: number

  private constructor(settings: SrtpSettings, before: SrtpSession | undefined) {
    const { suite } = settings
    this.#settings = settings
    // The counters of a key go on while it is the same: a packet index must never be used twice (RFC 3711 §9.1), and the
    // peer counts on too.
    const last = before !== undefined && before.#settings.suite === suite ? before : undefined
    const keepsOurs = last !== undefined && last.#settings.local === settings.local
    const keepsTheirs = last !== undefined && isSamePeer(last.#settings, settings)
    this.#sender = keepsOurs
      ? last.#sender
      : new SrtpSender({ suite, master: { keyAndSalt: bytesOf(settings.local) }, ciphers })
    this.#receiver = keepsTheirs
      ? last.#receiver
      : new SrtpReceiver({ suite, master: theirs(settings), ciphers })
    this.#failuresBefore = keepsTheirs ? last.#failuresBefore : (before?.failures ?? 0)
  }

  /** The session under these settings; undefined for plain RTP. */
  static continue(
    before: SrtpSession | undefined,
    settings: SrtpSettings | undefined,
  ): SrtpSession | undefined {
    return settings === undefined ? undefined : new SrtpSession(settings, before)
  }

  /** The packet in the clear, in its own memory; undefined, and counted, when it cannot be trusted. */
  openRtp(bytes: Uint8Array): Uint8Array | undefined {
    return packetOf(this.#receiver.openRtp(bytes))
  }

  /** The report in the clear, in its own memory; undefined, and counted, when it cannot be trusted. */
  openRtcp(bytes: Uint8Array): Uint8Array | undefined {
    return packetOf(this.#receiver.openRtcp(bytes))
  }

  /** The protected packet, in one of the worker's packet buffers; undefined where it does not fit. */
  sealRtp(packet: Uint8Array): Uint8Array | undefined {
    const target = takePacketBuffer()
    const length = this.#sender.protectRtp(packet, target)
    return length === 0 ? undefined : target.subarray(0, length)
  }

  /** The protected report, in one of the worker's packet buffers; undefined where it does not fit. */
  sealRtcp(report: Uint8Array): Uint8Array | undefined {
    const target = takePacketBuffer()
    const length = this.#sender.protectRtcp(report, target)
    return length === 0 ? undefined : target.subarray(0, length)
  }

  /** Packets and reports that were not taken, since the endpoint opened. */
  get failures(): number {
    const { malformed, replayed, unauthentic } = this.#receiver.stats()
    return this.#failuresBefore + malformed + replayed + unauthentic
  }
}

const bytesOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

const packetOf = (opened: Uint8Array | SrtpFailure): Uint8Array | undefined =>
  typeof opened === 'string' ? undefined : opened

const isSamePeer = (a: SrtpSettings, b: SrtpSettings): boolean =>
  a.remote === b.remote &&
  a.remoteMki?.value === b.remoteMki?.value &&
  a.remoteMki?.length === b.remoteMki?.length

function theirs({ remote, remoteMki }: SrtpSettings) {
  const keyAndSalt = bytesOf(remote)
  if (remoteMki === undefined) return { keyAndSalt }
  const { value, length } = remoteMki
  const mki = Uint8Array.from({ length }, (_, i) => Math.floor(value / 256 ** (length - 1 - i)) & 0xff)
  return { keyAndSalt, mki }
}
