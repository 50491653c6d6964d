import { decodeUtf8 } from '../message/utf8.ts'
import { decodeBase64Url } from './base64url.ts'
import type { Attestation } from './identity.ts'
import type { IdentityHeader } from './identity-header.ts'

/** The numbers (canonical: RFC 8224 §8.3) and URIs that one side of a call may have (RFC 8225 §5.2.1). */
export interface Party {
  readonly numbers: readonly string[]
  readonly uris: readonly string[]
}

/** A SHAKEN PASSporT (RFC 8225, RFC 8588), shape checked, nothing verified yet. */
export interface Passport {
  readonly algorithm: string
  readonly certificateUrl: string
  /** When it was signed, in seconds since 1970. */
  readonly issuedAt: number
  readonly origin: Party
  readonly destination: Party
  readonly attestation: Attestation
  readonly originId: string
  /** What was signed: two base64url parts and a point between. */
  readonly signed: string
  /** ES256: 64 bytes, r and s (RFC 7518 §3.4). */
  readonly signature: Uint8Array
}

const MAX_DESTINATIONS = 100
const MAX_TEXT = 1024

/** Why a PASSporT is not taken. */
export type PassportError = 'identity.malformed' | 'identity.algorithm' | 'identity.claims'

/** A PASSporT (RFC 8225), or why a text is none. */
export type PassportResult =
  | { readonly ok: true; readonly passport: Passport }
  | { readonly ok: false; readonly error: PassportError }

/**
 * Decodes the PASSporT of a full-form Identity header with the extension `shaken` (RFC 8225 §4, §5; RFC 8588 §4). The parameters of
 * the header must say what the signed part says (RFC 8224 §6.2). Unknown claims are left alone.
 */
export function decodePassport(identity: IdentityHeader): PassportResult {
  const header = decodeObject(identity.header)
  const claims = decodeObject(identity.claims)
  const signature = decodeBase64Url(identity.signature)
  if (header === undefined || claims === undefined || signature === undefined)
    return refuse('identity.malformed')
  const { alg: algorithm, x5u: certificateUrl } = header
  if (algorithm !== 'ES256' || (identity.algorithm ?? 'ES256') !== 'ES256')
    return refuse('identity.algorithm')
  const typed = header.typ === 'passport' && header.ppt === 'shaken' && identity.extension === 'shaken'
  // RFC 7515 §4.1.11: whoever does not understand a critical extension must refuse.
  if (!typed || certificateUrl !== identity.info || signature.length !== 64 || 'crit' in header)
    return refuse('identity.malformed')
  const read = readClaims(claims)
  if (read === undefined) return refuse('identity.claims')
  const signed = `${identity.header}.${identity.claims}`
  return { ok: true, passport: { algorithm, certificateUrl: identity.info, ...read, signed, signature } }
}

const refuse = (error: PassportError): PassportResult => ({ ok: false, error })

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function decodeObject(text: string): JsonObject | undefined {
  const bytes = decodeBase64Url(text)
  if (bytes === undefined) return undefined
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

type Claims = Pick<Passport, 'issuedAt' | 'origin' | 'destination' | 'attestation' | 'originId'>

function readClaims(claims: JsonObject): Claims | undefined {
  const { iat, attest, origid } = claims
  const origin = readParty(claims.orig)
  const destination = readParty(claims.dest)
  if (typeof iat !== 'number' || !Number.isSafeInteger(iat) || iat < 0) return undefined
  if (attest !== 'A' && attest !== 'B' && attest !== 'C') return undefined
  if (typeof origid !== 'string' || origid === '' || origid.length > 128) return undefined
  // RFC 8225 §5.2.1: one origin, one or more destinations.
  if (origin === undefined || origin.numbers.length + origin.uris.length !== 1) return undefined
  if (destination === undefined || destination.numbers.length + destination.uris.length === 0)
    return undefined
  return { issuedAt: iat, origin, destination, attestation: attest, originId: origid }
}

function readParty(value: unknown): Party | undefined {
  if (!isObject(value)) return undefined
  const numbers = textsOf(value.tn)
  const uris = textsOf(value.uri)
  return numbers && uris && { numbers, uris }
}

function textsOf(value: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value]
  const texts = list.filter((text): text is string => typeof text === 'string' && text.length <= MAX_TEXT)
  return texts.length === list.length && list.length <= MAX_DESTINATIONS ? texts : undefined
}
