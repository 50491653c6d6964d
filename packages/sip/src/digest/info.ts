import { paramValue, quote } from '../message/grammar.ts'
import { parseDigestParams } from './auth-params.ts'

/** The `nextnonce` of an Authentication-Info value (RFC 7616 §3.5; RFC 3261 §20.6); undefined when absent or malformed. */
export function nextNonceOf(value: string): string | undefined {
  // The header has no scheme; with one in front it reads as credentials do.
  const params = parseDigestParams(`Digest ${value}`)?.[0]?.params
  return params === undefined ? undefined : paramValue(params, 'nextnonce') || undefined
}

/** Writes an Authentication-Info value that hands out the next nonce (RFC 7616 §3.5). */
export const serializeNextNonce = (nonce: string): string => `nextnonce=${quote(nonce)}`
