import { randomBytes } from 'node:crypto'
import { isRtcp, SrtpReceiver, SrtpSender, type SrtpSuite } from '@ringdown/media'
import { type LocalAudio, type NegotiatedSrtp, SRTP_KEY_BYTES } from '@ringdown/sip'
import { plainCiphers as ciphers } from './plain-ciphers.ts'

/** SDES (RFC 4568) as a telephone wants it: `optional` takes plain RTP too. */
export type PhoneSrtp = { policy: 'optional' | 'required'; suites: readonly SrtpSuite[] }

/** Its part of an offer, with new keys. */
export function newKeys({ policy, suites }: PhoneSrtp): NonNullable<LocalAudio['srtp']> {
  const keys = suites.map(suite => ({ suite, key: randomBytes(SRTP_KEY_BYTES[suite]).toString('base64') }))
  return { policy, keys }
}

type Session = { srtp: NegotiatedSrtp; sender: SrtpSender; receiver: SrtpReceiver }

const LONGEST = 2048

/** What stands between a telephone's packets and its sockets. */
export class AudioProtection {
  /** `undefined` until it is settled: then nothing passes. */
  #session: Session | 'clear' | undefined
  #refused = 0

  /** @param srtp undefined: the telephone speaks plain RTP only, from its first packet */
  constructor(srtp: PhoneSrtp | undefined) {
    if (srtp === undefined) this.#session = 'clear'
  }

  /** Suite and keys in force; undefined for plain RTP. */
  get settled(): NegotiatedSrtp | undefined {
    return typeof this.#session === 'object' ? this.#session.srtp : undefined
  }

  /** Packets and reports that were not taken: replayed, changed, or of another key. */
  get refused(): number {
    return this.#refused
  }

  /** The counters of keys that stay go on: an index is never used twice (RFC 3711 §9.1). */
  settle(srtp: NegotiatedSrtp | undefined): void {
    if (srtp === undefined) this.#session = 'clear'
    else if (!isSame(this.settled, srtp)) this.#session = begin(srtp)
  }

  seal(packet: Uint8Array): Uint8Array | undefined {
    const session = this.#session
    if (session === 'clear') return packet
    if (session === undefined) return undefined
    const target = new Uint8Array(LONGEST)
    const { sender } = session
    const length = isRtcp(packet) ? sender.protectRtcp(packet, target) : sender.protectRtp(packet, target)
    return length === 0 ? undefined : target.subarray(0, length)
  }

  open(bytes: Uint8Array): Uint8Array | undefined {
    const session = this.#session
    if (session === 'clear') return bytes
    if (session === undefined) return undefined
    const { receiver } = session
    const opened = isRtcp(bytes) ? receiver.openRtcp(bytes) : receiver.openRtp(bytes)
    if (typeof opened !== 'string') return opened
    this.#refused++
    return undefined
  }
}

function begin(srtp: NegotiatedSrtp): Session {
  const { suite, local, remote } = srtp
  const master = (base64: string) => ({ keyAndSalt: new Uint8Array(Buffer.from(base64, 'base64')) })
  return {
    srtp,
    sender: new SrtpSender({ suite, master: master(local.key), ciphers }),
    receiver: new SrtpReceiver({ suite, master: master(remote.key), ciphers }),
  }
}

const isSame = (before: NegotiatedSrtp | undefined, now: NegotiatedSrtp): boolean =>
  before?.suite === now.suite && before.local.key === now.local.key && before.remote.key === now.remote.key
