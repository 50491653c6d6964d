import type { SrtpCiphers } from './ciphers.port.ts'
import { deriveKeys, type Stream } from './key-derivation.ts'
import { aeadProtection, counterModeProtection, type Protection } from './protection.ts'
import { type SrtpMasterKey, type SrtpSuite, SUITES } from './suites.ts'

/** Where everything is behind the encrypted bytes of a packet, counted from their end. */
export type Layout = {
  readonly tagAt: number
  readonly mkiAt: number
  /** Of RTCP's flag and index. */
  readonly wordAt: number
  /** Bytes that a protected packet is longer. */
  readonly total: number
}

const WORD_BYTES = 4

/**
 * RFC 3711 §3.1, §3.4: payload, (RTCP's index,) MKI, tag. With AEAD the tag belongs to the cipher text and comes first
 * (RFC 7714 §8.2, §9.4).
 */
function layoutOf(suite: SrtpSuite, stream: Stream, mkiBytes: number): Layout {
  const { isAead, rtpTag, rtcpTag } = SUITES[suite]
  const tag = stream === 'rtp' ? rtpTag : rtcpTag
  const word = stream === 'rtp' ? 0 : WORD_BYTES
  const total = tag + word + mkiBytes
  return isAead
    ? { tagAt: 0, wordAt: tag, mkiAt: tag + word, total }
    : { wordAt: 0, mkiAt: word, tagAt: word + mkiBytes, total }
}

/** One direction of RTP or RTCP: how its packets are laid out and protected. */
export type Channel = { readonly layout: Layout; readonly protection: Protection; readonly mki: Uint8Array }

const NO_MKI = new Uint8Array(0)

export type ChannelOptions = {
  readonly suite: SrtpSuite
  readonly master: SrtpMasterKey
  readonly ciphers: SrtpCiphers
}

/** @throws RangeError if the master key has another length than the suite asks for */
export function openChannel({ suite, master, ciphers }: ChannelOptions, stream: Stream): Channel {
  const lengths = SUITES[suite]
  const { keyAndSalt, mki = NO_MKI } = master
  if (keyAndSalt.length !== lengths.key + lengths.salt) throw new RangeError('a master key of another suite')
  const keys = deriveKeys(keyAndSalt, { lengths, stream, ciphers })
  const tagBytes = stream === 'rtp' ? lengths.rtpTag : lengths.rtcpTag
  const protect = lengths.isAead ? aeadProtection : counterModeProtection
  return {
    layout: layoutOf(suite, stream, mki.length),
    protection: protect({ keys, ciphers, stream, tagBytes }),
    mki,
  }
}
