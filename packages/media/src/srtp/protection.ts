import type { SrtpCiphers } from './ciphers.port.ts'
import type { SessionKeys, Stream } from './key-derivation.ts'

/** One packet about to be sealed or opened. */
export type Place = {
  readonly bytes: Uint8Array
  /** What is encrypted: from here … */
  readonly from: number
  /** … up to here. */
  readonly end: number
  readonly ssrc: number
  /** 48 bits for RTP, 31 for RTCP. */
  readonly index: number
  /** What is authenticated besides: the rollover counter (RTP), or the flag and index that are sent (RTCP). 4 bytes. */
  readonly trailer: Uint8Array
  /** Where the tag is. */
  readonly tagAt: number
}

/** One direction's cipher and authentication under its session keys. */
export type Protection = {
  /** Encrypts in place and writes the tag. */
  seal(place: Place): void
  /** Checks the tag, then decrypts in place; false, with the bytes as they were, when the tag does not fit. */
  open(place: Place): boolean
}

type Needs = { keys: SessionKeys; ciphers: SrtpCiphers; stream: Stream; tagBytes: number }

/** AES counter mode with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1). */
export function counterModeProtection({ keys, ciphers, tagBytes }: Needs): Protection {
  const keyStream = ciphers.keyStream(keys.cipher)
  const authenticate = ciphers.authenticator(keys.authentication)
  const counter = new Uint8Array(16)
  const crypt = ({ bytes, from, end, ssrc, index }: Place): void => {
    counter.fill(0)
    counter.set(keys.salt)
    xor32(counter, 4, ssrc)
    xor32(counter, 8, Math.floor(index / 0x10000))
    xor16(counter, 12, index)
    keyStream(counter, bytes.subarray(from, end))
  }
  const tagOf = ({ bytes, end, trailer }: Place): Uint8Array => authenticate(bytes.subarray(0, end), trailer)
  return {
    seal: place => {
      crypt(place)
      place.bytes.set(tagOf(place).subarray(0, tagBytes), place.tagAt)
    },
    open: place => {
      if (!isSame(tagOf(place), place.bytes, place.tagAt, tagBytes)) return false
      crypt(place)
      return true
    },
  }
}

/** AES-GCM (RFC 7714 §8, §9). */
export function aeadProtection({ keys, ciphers, stream, tagBytes }: Needs): Protection {
  const aead = ciphers.aead(keys.cipher)
  const nonce = new Uint8Array(12)
  const setNonce = ({ ssrc, index }: Place): void => {
    nonce.set(keys.salt)
    xor32(nonce, 2, ssrc)
    xor32(nonce, 6, Math.floor(index / 0x10000))
    xor16(nonce, 10, index)
  }
  // RFC 7714 §9.2: the flag and index of RTCP are authenticated behind the header; the rollover counter is in the nonce.
  const associated = ({ bytes, from, trailer }: Place): Uint8Array => {
    if (stream === 'rtp') return bytes.subarray(0, from)
    const joined = new Uint8Array(from + trailer.length)
    joined.set(bytes.subarray(0, from))
    joined.set(trailer, from)
    return joined
  }
  const parts = (place: Place) => {
    const { bytes, from, end, tagAt } = place
    setNonce(place)
    return [
      nonce,
      associated(place),
      bytes.subarray(from, end),
      bytes.subarray(tagAt, tagAt + tagBytes),
    ] as const
  }
  return { seal: place => aead.seal(...parts(place)), open: place => aead.open(...parts(place)) }
}

function xor32(target: Uint8Array, at: number, value: number): void {
  target[at]! ^= value >>> 24
  target[at + 1]! ^= (value >>> 16) & 0xff
  target[at + 2]! ^= (value >>> 8) & 0xff
  target[at + 3]! ^= value & 0xff
}

function xor16(target: Uint8Array, at: number, value: number): void {
  target[at]! ^= (value >>> 8) & 0xff
  target[at + 1]! ^= value & 0xff
}

/** In time that does not depend on where they differ. */
function isSame(tag: Uint8Array, bytes: Uint8Array, at: number, length: number): boolean {
  let difference = 0
  for (let i = 0; i < length; i++) difference |= tag[i]! ^ bytes[at + i]!
  return difference === 0
}
