import { isToken, splitOutsideQuotes } from './grammar.ts'
import { canonicalName } from './header-names.ts'
import { contentLengthOf, cseqOf, fromOf, maxForwardsOf, toOf } from './headers.ts'
import type { Header, SipMessage } from './message.ts'
import { parseNameAddr, tagOf } from './name-addr.ts'
import type { ParseReason } from './parse-result.ts'
import { parseVia } from './via.ts'

export interface Flaw {
  readonly reason: ParseReason
  readonly header?: string
}

const REQUIRED = ['via', 'from', 'to', 'call-id', 'cseq'] as const
const SINGLE = new Set(['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length', 'content-type'])

/** RFC 3261 §25.1 `callid`: a word, optionally followed by an at sign and another word. */
const CALL_ID = /^[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]+(@[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]+)?$/

const wellFormedVia = (line: string): boolean =>
  (splitOutsideQuotes(line, ',') ?? ['']).every(value => parseVia(value) !== undefined)

/** A map and not an object: a header may be called `__proto__`. */
const CHECKS: ReadonlyMap<string, (message: SipMessage, value: string) => boolean> = new Map([
  ['via', (_, value) => wellFormedVia(value)],
  ['from', message => wellFormedAddress(fromOf(message))],
  ['to', message => wellFormedAddress(toOf(message))],
  ['call-id', (_, value) => CALL_ID.test(value)],
  ['cseq', message => cseqOf(message) !== undefined],
])

function wellFormedAddress(address: ReturnType<typeof fromOf>): boolean {
  if (address === undefined || address.uri === '*') return false
  const tag = tagOf(address)
  return tag === undefined || isToken(tag)
}

/**
 * The headers every answer is made of (RFC 3261 §8.2.6.2): Vias as far as they are well-formed, and the first of each
 * of the others as it came, because its sender looks for it in the answer.
 */
export function salvageHeaders(message: SipMessage): readonly Header[] {
  const seen = new Set<string>()
  return message.headers.flatMap(header => {
    const canonical = canonicalName(header.name)
    const isFirst = !seen.has(canonical)
    seen.add(canonical)
    if (canonical === 'via' && isFirst) return answerableVia(header)
    if (canonical === 'via') return wellFormedVia(header.value) ? [header] : []
    return CHECKS.has(canonical) && isFirst ? [header] : []
  })
}

/** The topmost Via says where the answer goes: where its parameters are malformed, they are left out. */
function answerableVia(header: Header): readonly Header[] {
  if (wellFormedVia(header.value)) return [header]
  const [value = ''] = header.value.split(/[;,]/, 1)
  return parseVia(value) === undefined ? [] : [{ ...header, value }]
}

/** RFC 3261 §20: without brackets, a comma, question mark or semicolon in a Contact means something else. */
const wellFormedAddresses = (line: string): boolean =>
  (splitOutsideQuotes(line, ',') ?? ['']).every(value => parseNameAddr(value) !== undefined)

/** Headers with addresses that requests are obeyed by. In a response a malformed one is merely left out. */
const ADDRESS_LISTS = new Set(['contact', 'route', 'record-route'])

/** What RFC 3261 §8.1.1, §16.3 and §20 demand of every message, beyond the line structure. */
export function findFlaw(message: SipMessage): Flaw | undefined {
  const seen = new Set<string>()
  for (const { name, value } of message.headers) {
    const canonical = canonicalName(name)
    if (seen.has(canonical) && SINGLE.has(canonical))
      return { reason: 'message.header-repeated', header: canonical }
    seen.add(canonical)
    if (CHECKS.get(canonical)?.(message, value) === false)
      return { reason: 'message.header-invalid', header: canonical }
    if (message.kind === 'request' && ADDRESS_LISTS.has(canonical) && !wellFormedAddresses(value))
      return { reason: 'message.header-invalid', header: canonical }
  }
  const missing = REQUIRED.find(name => !seen.has(name))
  if (missing !== undefined) return { reason: 'message.header-missing', header: missing }
  if (seen.has('max-forwards') && maxForwardsOf(message) === undefined) {
    return { reason: 'message.header-invalid', header: 'max-forwards' }
  }
  if (seen.has('content-length') && contentLengthOf(message) === undefined)
    return { reason: 'message.content-length' }
  return message.kind === 'request' && cseqOf(message)?.method !== message.method
    ? { reason: 'message.cseq-method', header: 'cseq' }
    : undefined
}
