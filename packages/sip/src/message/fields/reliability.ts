import { isToken, parseNumber } from '../grammar.ts'
import { header } from '../header-names.ts'
import type { SipMessage } from '../message.ts'

const MAX = 2 ** 32 - 1

/** The RSeq of a reliable provisional response, 1 to 2^32 - 1 (RFC 3262 §7.1). */
export function rseqOf(message: SipMessage): number | undefined {
  const number = parseNumber(header(message, 'rseq') ?? '', MAX)
  return number === 0 ? undefined : number
}

/** What a PRACK acknowledges (RFC 3262 §7.2). */
export interface RAck {
  readonly rseq: number
  readonly cseq: number
  readonly method: string
}

/** The RAck of a PRACK; undefined when absent or malformed. */
export function rackOf(message: SipMessage): RAck | undefined {
  const [first = '', second = '', method = '', ...rest] = (header(message, 'rack') ?? '').split(/[ \t]+/)
  const rseq = parseNumber(first, MAX)
  const cseq = parseNumber(second, 2 ** 31 - 1)
  if (rseq === undefined || cseq === undefined || !isToken(method) || rest.length > 0) return undefined
  return { rseq, cseq, method }
}
