import { canonicalName, header, headerLines } from './header-names.ts'
import { cseqOf, toOf, topVia } from './headers.ts'
import { type Header, NO_BODY, type SipRequest, type SipResponse } from './message.ts'
import { type NameAddr, serializeNameAddr, tagOf, withTag } from './name-addr.ts'
import { reasonPhrase } from './reasons.ts'
import { encodeUtf8 } from './utf8.ts'
import { serializeVia, type Via } from './via.ts'

interface Content {
  readonly headers?: readonly Header[]
  readonly body?: Uint8Array | string
  /** Media type of the body, such as `application/sdp`. */
  readonly contentType?: string
}

const bodyOf = ({ body }: Content): Uint8Array =>
  body === undefined ? NO_BODY : typeof body === 'string' ? encodeUtf8(body) : body

function contentHeaders(content: Content): Header[] {
  const type = content.contentType === undefined ? [] : [{ name: 'Content-Type', value: content.contentType }]
  return [...type, { name: 'Content-Length', value: String(bodyOf(content).length) }]
}

const copy = (request: SipRequest, names: readonly string[]): Header[] =>
  request.headers.filter(({ name }) => names.includes(canonicalName(name)))

const copyNamed = (request: SipRequest, name: string): Header[] =>
  headerLines(request, name).map(value => ({ name, value }))

/** What a response adds to what it copies from its request (RFC 3261 §8.2.6.2). */
export interface ResponseOptions extends Content {
  readonly reason?: string
  /** Put on To when the request's To has no tag and status is over 100 (RFC 3261 §8.2.6.2). */
  readonly toTag?: string
}

/**
 * A response to a request with Via, From, To, Call-ID and CSeq copied (RFC 3261 §8.2.6), Timestamp on a 100, and
 * Record-Route where the response makes a dialog (§12.1.1). `status` is 100 to 699.
 */
export function createResponse(
  request: SipRequest,
  status: number,
  options: ResponseOptions = {},
): SipResponse {
  const makesDialog = request.method === 'INVITE' && status > 100 && status < 300
  return {
    kind: 'response',
    status,
    reason: options.reason ?? reasonPhrase(status),
    headers: [
      ...copy(request, ['via']),
      ...(makesDialog ? copy(request, ['record-route']) : []),
      ...copy(request, ['from']),
      ...answeredTo(request, status > 100 ? options.toTag : undefined),
      ...copy(request, status === 100 ? ['call-id', 'cseq', 'timestamp'] : ['call-id', 'cseq']),
      ...(options.headers ?? []),
      ...contentHeaders(options),
    ],
    body: bodyOf(options),
  }
}

function answeredTo(request: SipRequest, tag: string | undefined): Header[] {
  const to = toOf(request)
  if (to === undefined || tag === undefined || tagOf(to) !== undefined) return copy(request, ['to'])
  return [{ name: 'To', value: serializeNameAddr(withTag(to, tag)) }]
}

/** What a request is made of; Via is the transaction layer's (RFC 3261 §8.1.1). */
export interface RequestOptions extends Content {
  readonly method: string
  readonly uri: string
  readonly from: NameAddr
  readonly to: NameAddr
  readonly callId: string
  /** 0 to 2^31 - 1. */
  readonly cseq: number
  readonly contact?: NameAddr
  /** Route values in order, each a name-addr. */
  readonly routes?: readonly string[]
  /** Default 70 (RFC 3261 §8.1.1.6). */
  readonly maxForwards?: number
}

/** A request without Via: the transaction layer puts that on when it sends (RFC 3261 §8.1.1.7). */
export function createRequest(options: RequestOptions): SipRequest {
  const { method, uri, from, to, callId, cseq, contact, routes = [], maxForwards = 70 } = options
  return {
    kind: 'request',
    method,
    uri,
    headers: [
      ...routes.map(value => ({ name: 'Route', value })),
      { name: 'Max-Forwards', value: String(maxForwards) },
      { name: 'From', value: serializeNameAddr(from) },
      { name: 'To', value: serializeNameAddr(to) },
      { name: 'Call-ID', value: callId },
      { name: 'CSeq', value: `${cseq} ${method}` },
      ...(contact === undefined ? [] : [{ name: 'Contact', value: serializeNameAddr(contact) }]),
      ...(options.headers ?? []),
      ...contentHeaders(options),
    ],
    body: bodyOf(options),
  }
}

/** The request with a Via on top of those it has. */
export const withVia = (request: SipRequest, via: Via): SipRequest => ({
  ...request,
  headers: [{ name: 'Via', value: serializeVia(via) }, ...request.headers],
})

/** Only the topmost Via: CANCEL and ACK for a failure stay hop by hop. */
function topViaHeader(request: SipRequest): Header[] {
  const via = topVia(request)
  return via === undefined ? [] : [{ name: 'Via', value: serializeVia(via) }]
}

function hopByHop(request: SipRequest, method: 'CANCEL' | 'ACK', to: Header[]): SipRequest {
  return {
    kind: 'request',
    method,
    uri: request.uri,
    headers: [
      ...topViaHeader(request),
      ...copyNamed(request, 'Route'),
      { name: 'Max-Forwards', value: header(request, 'max-forwards') ?? '70' },
      ...copyNamed(request, 'From'),
      ...to,
      ...copyNamed(request, 'Call-ID'),
      { name: 'CSeq', value: `${cseqOf(request)?.number ?? 0} ${method}` },
      { name: 'Content-Length', value: '0' },
    ],
    body: NO_BODY,
  }
}

/** CANCEL for an INVITE as it was sent, Via included (RFC 3261 §9.1). `headers`: Reason (RFC 3326). */
export function createCancel(invite: SipRequest, headers: readonly Header[] = []): SipRequest {
  const cancel = hopByHop(invite, 'CANCEL', copyNamed(invite, 'To'))
  return { ...cancel, headers: [...cancel.headers, ...headers] }
}

/** ACK for a 300 to 699 answer to an INVITE, as it was sent, Via included (RFC 3261 §17.1.1.3). */
export const createAckForFailure = (invite: SipRequest, response: SipResponse): SipRequest =>
  hopByHop(
    invite,
    'ACK',
    headerLines(response, 'To')
      .slice(0, 1)
      .map(value => ({ name: 'To', value })),
  )
