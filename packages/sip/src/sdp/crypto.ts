import { parseNumber } from '../message/grammar.ts'
import type { SdpAttribute, SdpMedia } from './session.ts'

/** The crypto suites that Ringdown speaks (RFC 4568 §6.2, RFC 7714 §14.2). */
export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_256_GCM'

/** A master key with its salt as SDES carries them. A secret: seal it where it is kept, and never log it. */
export interface SrtpKey {
  readonly suite: SrtpSuite
  /** Base64 of master key and master salt: 30 bytes for AES_CM_128, 44 for AEAD_AES_256_GCM. */
  readonly key: string
  /** Identifier that stands in each packet of this key's sender (RFC 3711 §3.1); length in bytes, 1 to 4. */
  readonly mki?: { readonly value: number; readonly length: number }
}

/** One `a=crypto` line that can be used. */
export interface CryptoLine extends SrtpKey {
  readonly tag: number
}

/** Bytes of master key and master salt together. */
export const SRTP_KEY_BYTES: Readonly<Record<SrtpSuite, number>> = {
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
  AEAD_AES_256_GCM: 44,
}

const LINE = /^(\d{1,9}) +([A-Za-z0-9_]+) +([^ ]+)((?: +[^ ]+)*) *$/

/**
 * Reads the value of `a=crypto` (RFC 4568 §9.1). Undefined for a line that is malformed or asks for what we do not do:
 * another suite, several keys, no encryption or authentication, key derivation rates, FEC. Those are to be skipped as
 * if they were not there (§5.1.2). A lifetime within bounds is accepted; whoever set it renews the key with a new offer.
 */
export function parseCrypto(value: string): CryptoLine | undefined {
  const match = LINE.exec(value.trim())
  if (match === null) return undefined
  const [, tag = '', name = '', keyParams = '', sessionParams = ''] = match
  const suite = name.toUpperCase()
  if (!isSuite(suite) || !sessionParams.trim().split(/ +/).every(isHarmless)) return undefined
  const key = parseKey(keyParams, suite)
  return key === undefined ? undefined : { tag: Number(tag), ...key }
}

const isSuite = (name: string): name is SrtpSuite => Object.hasOwn(SRTP_KEY_BYTES, name)

// RFC 4568 §6.3: WSH is a hint, KDR=0 the default; a leading "-" marks what may be ignored (§6.3.7). All else must be
// understood, and UNENCRYPTED_* and UNAUTHENTICATED_* are never wanted.
const isHarmless = (param: string): boolean => param === '' || /^(WSH=\d{1,5}|KDR=0|-.+)$/i.test(param)

/** RFC 4568 §6.1: `inline:<key||salt>[|lifetime][|MKI:length]`; several keys would have to be told apart by MKI. */
function parseKey(keyParams: string, suite: SrtpSuite): SrtpKey | undefined {
  if (!/^inline:[^;]+$/i.test(keyParams)) return undefined
  const [encoded = '', ...rest] = keyParams.slice('inline:'.length).split('|')
  const key = canonicalKey(encoded, suite)
  const mkiText = rest.at(-1)?.includes(':') ? rest.pop() : undefined
  const mki = mkiText === undefined ? undefined : parseMki(mkiText)
  const isReadable =
    rest.length <= 1 && rest.every(isLifetime) && (mkiText === undefined) === (mki === undefined)
  if (key === undefined || !isReadable) return undefined
  return mki === undefined ? { suite, key } : { suite, key, mki }
}

/** The right number of bytes, with the padding that some leave out. */
function canonicalKey(encoded: string, suite: SrtpSuite): string | undefined {
  const bytes = SRTP_KEY_BYTES[suite]
  const digits = encoded.replace(/={0,2}$/, '')
  if (!/^[A-Za-z0-9+/]+$/.test(digits) || digits.length !== Math.ceil((bytes * 4) / 3)) return undefined
  return digits.padEnd(4 * Math.ceil(digits.length / 4), '=')
}

/** RFC 3711 §9.2: a key protects at most 2^48 SRTP packets. */
function isLifetime(text: string): boolean {
  const power = /^2\^(\d{1,2})$/.exec(text)
  if (power !== null) return Number(power[1]) <= 48
  const packets = parseNumber(text, 2 ** 48)
  return packets !== undefined && packets > 0
}

function parseMki(text: string): SrtpKey['mki'] {
  const [digits = '', bytes = ''] = text.split(':')
  const length = parseNumber(bytes, 4)
  const value = parseNumber(digits, 256 ** (length ?? 0) - 1)
  return length === undefined || length === 0 || value === undefined ? undefined : { value, length }
}

/** All usable `a=crypto` lines of an m-line in its order; of two with the same tag the first. */
export function cryptoLines(media: SdpMedia): CryptoLine[] {
  const lines = new Map<number, CryptoLine>()
  for (const { name, value } of media.attributes) {
    const line = name === 'crypto' ? parseCrypto(value ?? '') : undefined
    if (line !== undefined && !lines.has(line.tag)) lines.set(line.tag, line)
  }
  return [...lines.values()]
}

/** `a=crypto` for one of our keys. */
export const cryptoAttribute = ({ tag, suite, key, mki }: CryptoLine): SdpAttribute => ({
  name: 'crypto',
  value: `${tag} ${suite} inline:${key}${mki === undefined ? '' : `|${mki.value}:${mki.length}`}`,
})
