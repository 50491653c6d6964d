import { type CryptoLine, cryptoAttribute, cryptoLines, type SrtpKey } from './crypto.ts'
import type { LocalAudio, NegotiatedSrtp } from './negotiated.ts'
import type { SdpAttribute, SdpErrorCode, SdpMedia } from './session.ts'

// RFC 4585 and RFC 5124 (the F at the end) only add feedback, which a receiver may leave unused.
const PLAIN = ['RTP/AVP', 'RTP/AVPF']
const SECURE = ['RTP/SAVP', 'RTP/SAVPF']

export const isSecure = (media: SdpMedia): boolean => SECURE.includes(media.protocol.toUpperCase())

/** Undefined: plain RTP. */
export type SecurityResult =
  | { readonly ok: true; readonly srtp: NegotiatedSrtp | undefined }
  | { readonly ok: false; readonly code: SdpErrorCode }

type LocalSrtp = LocalAudio['srtp']

const plain: SecurityResult = { ok: true, srtp: undefined }
const refuse = (code: SdpErrorCode): SecurityResult => ({ ok: false, code })

/**
 * Whether and how an m-line is protected under our policy. Keys on a plain profile (RFC 8643) protect where we wish it;
 * a secure profile without a usable key is never answered in the clear.
 * @param role whether the line offers keys to choose from or answers ours, by the tag of one of them (RFC 4568 §5.1.3)
 */
export function secure(media: SdpMedia, local: LocalSrtp, role: 'offer' | 'answer'): SecurityResult {
  const isPlain = PLAIN.includes(media.protocol.toUpperCase())
  if (!isPlain && !isSecure(media)) return refuse('sdp.no-common-transport')
  if (local === undefined) return isPlain ? plain : refuse('sdp.srtp-refused')
  const srtp = role === 'offer' ? choose(media, local.keys) : confirm(media, local.keys)
  if (srtp !== undefined) return { ok: true, srtp }
  if (!isPlain) return refuse('sdp.no-common-crypto')
  return local.policy === 'required' ? refuse('sdp.srtp-required') : plain
}

/** RFC 4568 §5.1.2: exactly one of those offered, in the order of the offer. */
function choose(media: SdpMedia, keys: readonly SrtpKey[]): NegotiatedSrtp | undefined {
  for (const remote of cryptoLines(media)) {
    const local = keys.find(key => key.suite === remote.suite)
    if (local !== undefined) return settled(remote.tag, local, remote)
  }
  return undefined
}

/** RFC 4568 §5.1.3: one line, with tag and suite of one that we offered. */
function confirm(media: SdpMedia, keys: readonly SrtpKey[]): NegotiatedSrtp | undefined {
  const [remote, ...others] = cryptoLines(media)
  const local = remote === undefined ? undefined : keys[remote.tag - 1]
  if (remote === undefined || others.length > 0 || local?.suite !== remote.suite) return undefined
  return settled(remote.tag, local, remote)
}

const settled = (tag: number, local: SrtpKey, { tag: _, ...remote }: CryptoLine): NegotiatedSrtp => ({
  suite: local.suite,
  tag,
  local,
  remote,
})

/** RFC 4568 §5.1.1: all of our keys, the tags counted from 1. */
export const offeredCrypto = (local: LocalSrtp): SdpAttribute[] =>
  (local?.keys ?? []).map((key, index) => cryptoAttribute({ ...key, tag: index + 1 }))

export const answeredCrypto = (srtp: NegotiatedSrtp | undefined): SdpAttribute[] =>
  srtp === undefined ? [] : [cryptoAttribute({ ...srtp.local, tag: srtp.tag })]

/** RFC 8643 §3.1: what may do without protection offers its keys on the plain profile. */
export const offeredProtocol = (local: LocalSrtp): string =>
  local?.policy === 'required' ? 'RTP/SAVP' : 'RTP/AVP'
