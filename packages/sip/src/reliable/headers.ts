import { isToken, parseNumber } from '../message/grammar.ts'
import { header } from '../message/header-names.ts'
import { requireOf, supportedOf } from '../message/headers.ts'
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'

const MAX = 2 ** 32 - 1

/** RAck (RFC 3262 §7.2): which reliable provisional response a PRACK confirms. */
export interface RAck {
  readonly rseq: number
  readonly cseq: number
  readonly method: string
}

/** RSeq (RFC 3262 §7.1), 1 to 2^32 - 1. */
export const rseqOf = (message: SipMessage): number | undefined =>
  parseNumber(header(message, 'rseq') ?? '', MAX)

/** RAck of a PRACK (RFC 3262 §7.2); undefined where it is none. */
export function rackOf(message: SipMessage): RAck | undefined {
  const [first = '', second = '', method = '', ...rest] = (header(message, 'rack') ?? '').split(/[ \t]+/)
  const rseq = parseNumber(first, MAX)
  const cseq = parseNumber(second, 2 ** 31 - 1)
  if (rseq === undefined || cseq === undefined || !isToken(method) || rest.length > 0) return undefined
  return { rseq, cseq, method }
}

const has100rel = (options: readonly string[]): boolean => options.some(o => o.toLowerCase() === '100rel')

/** RFC 3262 §4: a provisional response over 100 that wants a PRACK. */
export const wantsPrack = (response: SipResponse): boolean =>
  response.status > 100 &&
  response.status < 200 &&
  has100rel(requireOf(response)) &&
  rseqOf(response) !== undefined

/** What the caller says of reliable provisional responses (RFC 3262 §3). */
export const reliability = (invite: SipRequest): 'required' | 'supported' | 'none' =>
  has100rel(requireOf(invite)) ? 'required' : has100rel(supportedOf(invite)) ? 'supported' : 'none'
