import { serializeHostPort } from '../message/grammar.ts'
import { callIdOf, cseqOf, fromOf, toOf, topVia } from '../message/headers.ts'
import type { SipMessage, SipRequest } from '../message/message.ts'
import { tagOf } from '../message/name-addr.ts'
import { branchOf, serializeVia, type Via } from '../message/via.ts'

/** RFC 3261 §8.1.1.7: a branch that starts so is unique across space and time. */
export const MAGIC_COOKIE = 'z9hG4bK'

/** The bare cookie identifies nothing: such a request is told apart as RFC 2543 did (RFC 4475 §3.2.1). */
const isUnique = (branch: string | undefined): branch is string =>
  branch?.startsWith(MAGIC_COOKIE) === true && branch.length > MAGIC_COOKIE.length

/** ACK for a failure and INVITE are one transaction; a CANCEL is one of its own. */
const transactionMethod = (method: string): string => (method === 'ACK' ? 'INVITE' : method)

/**
 * The server transaction a request belongs to (RFC 3261 §17.2.3): branch, sent-by, method; for peers of RFC 2543 the
 * Request-URI, tags, Call-ID, CSeq number and Via. `method` asks for the transaction of another method (CANCEL asks
 * for its INVITE). Undefined when the request has no usable Via.
 */
export function serverTransactionKey(
  request: SipRequest,
  method: string = request.method,
): string | undefined {
  const via = topVia(request)
  if (via === undefined) return undefined
  const branch = branchOf(via)
  const parts = isUnique(branch)
    ? [branch.toLowerCase(), sentBy(via)]
    : oldParts(request, via, transactionMethod(method))
  return `server ${JSON.stringify([...parts, transactionMethod(method)])}`
}

const sentBy = (via: Via): string => serializeHostPort(via).toLowerCase()

// The ACK carries the To tag of the answer, which the INVITE did not have: for that pair the To tag is left out.
function oldParts(request: SipRequest, via: Via, method: string): string[] {
  const toTag = method === 'INVITE' ? '' : (tagOf(toOf(request)) ?? '')
  const number = String(cseqOf(request)?.number ?? '')
  const params = via.params.filter(({ name }) => !['received', 'rport'].includes(name.toLowerCase()))
  return [
    request.uri,
    toTag,
    tagOf(fromOf(request)) ?? '',
    callIdOf(request) ?? '',
    number,
    serializeVia({ ...via, params }),
  ]
}

/**
 * The client transaction a request we send, or a response we get, belongs to (RFC 3261 §17.1.3): branch and CSeq method.
 */
export function clientTransactionKey(message: SipMessage): string | undefined {
  const via = topVia(message)
  const branch = via === undefined ? undefined : branchOf(via)
  const method = message.kind === 'request' ? message.method : cseqOf(message)?.method
  return branch === undefined || method === undefined
    ? undefined
    : `client ${JSON.stringify([branch.toLowerCase(), method])}`
}

/**
 * What copies of one request over different paths have in common (RFC 3261 §8.2.2.2): From tag, Call-ID and CSeq.
 * Undefined for requests inside a dialog, ACK, CANCEL, and peers of RFC 2543 without From tag.
 */
export function mergeKey(request: SipRequest): string | undefined {
  const fromTag = tagOf(fromOf(request))
  const isInDialog = tagOf(toOf(request)) !== undefined
  if (isInDialog || fromTag === undefined || ['ACK', 'CANCEL'].includes(request.method)) return undefined
  return JSON.stringify([fromTag, callIdOf(request), cseqOf(request)?.number, request.method])
}

/**
 * Call-ID, tags and CSeq number: the same in a 2xx to INVITE and its ACK, which is a transaction of its own
 * (RFC 3261 §13.2.2.4).
 */
export function acknowledgementKey(message: SipMessage): string {
  const tags = [tagOf(fromOf(message)) ?? '', tagOf(toOf(message)) ?? '']
  return JSON.stringify([callIdOf(message), ...tags, cseqOf(message)?.number])
}
