import { findParam, paramValue, parseNumber, unquote } from '../grammar.ts'
import { headerList } from '../headers.ts'
import type { SipMessage } from '../message.ts'
import { type NameAddr, parseNameAddr } from '../name-addr.ts'
import { parseUri, unescapeUri } from '../uri.ts'

/** One diversion a call went through (RFC 5806 §3.1). */
export interface Diversion {
  readonly address: NameAddr
  /** In lower case: `user-busy`, `no-answer`, `unconditional`, …; `unknown` when absent. */
  readonly reason: string
  /** How many diversions this entry stands for; 1 when absent. */
  readonly count: number
}

/** The Diversions, the latest first. */
export const diversionsOf = (message: SipMessage): Diversion[] =>
  headerList(message, 'diversion').flatMap(value => {
    const address = parseNameAddr(value)
    if (address === undefined || address.uri === '*') return []
    const reason = unquote(paramValue(address.params, 'reason') ?? 'unknown').toLowerCase()
    return [{ address, reason, count: parseNumber(paramValue(address.params, 'counter') ?? '', 99) ?? 1 }]
  })

/** One target a request was sent to on its way (RFC 7044 §5). */
export interface HistoryEntry {
  readonly address: NameAddr
  /** Where it stands in the tree of targets: `1.2.1`. */
  readonly index: string
  /** The Reason for going on from it, decoded: `SIP;cause=486`. */
  readonly reason?: string
}

const INDEX = /^\d+(?:\.\d+)*$/

/** The entries of History-Info in order; those without a well-formed index are left out. */
export const historyOf = (message: SipMessage): HistoryEntry[] =>
  headerList(message, 'history-info').flatMap(value => {
    const address = parseNameAddr(value)
    const index = address === undefined ? undefined : paramValue(address.params, 'index')
    if (address === undefined || index === undefined || !INDEX.test(index)) return []
    const uri = parseUri(address.uri)
    const reason = uri !== undefined && 'headers' in uri ? findParam(uri.headers, 'reason')?.value : undefined
    return [reason === undefined ? { address, index } : { address, index, reason: unescapeUri(reason) }]
  })
