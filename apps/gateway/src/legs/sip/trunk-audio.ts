import { randomBytes } from 'node:crypto'
import { SRTP_KEY_BYTES, type SrtpKey } from '@ringdown/sip'
import { type AudioPolicy, plainG711 } from './audio.ts'
import type { TrunkTerms } from './sip.port.ts'

/** The most wanted first; 32 bits of authentication (RFC 4568 §6.2.2) only where nothing better is offered. */
export const srtpSuites = ['AEAD_AES_256_GCM', 'AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32'] as const

/** What a call of this trunk may agree on, with keys of its own. */
export function audioPolicyOf({
  codecs,
  encryption,
}: Pick<TrunkTerms, 'codecs' | 'encryption'>): AudioPolicy {
  const policy = codecs.length > 0 ? { codecs } : plainG711
  return encryption === 'none' ? policy : { ...policy, srtp: { policy: encryption, keys: newKeys() } }
}

/** RFC 4568 §6.1: key and salt of each are random, and no call has those of another. */
const newKeys = (): SrtpKey[] =>
  srtpSuites.map(suite => ({ suite, key: randomBytes(SRTP_KEY_BYTES[suite]).toString('base64') }))
