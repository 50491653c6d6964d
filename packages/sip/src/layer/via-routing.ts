import { findParam, splitOutsideQuotes, withParam } from '../message/grammar.ts'
import { canonicalName } from '../message/header-names.ts'
import { topVia } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { parseVia, serializeVia, type Via } from '../message/via.ts'
import type { Flow } from './ports.ts'

/**
 * Notes in the topmost Via where a request really came from: `received` (RFC 3261 §18.2.1) and, when it was asked for,
 * `rport` (RFC 3581 §4). What the sender claimed in these parameters is overwritten.
 */
export function stampSource(request: SipRequest, flow: Flow): SipRequest {
  const at = request.headers.findIndex(({ name }) => canonicalName(name) === 'via')
  const line = request.headers[at]
  const [first = '', ...others] = splitOutsideQuotes(line?.value ?? '', ',') ?? []
  const via = parseVia(first)
  if (line === undefined || via === undefined) return request
  const value = [serializeVia(stamped(via, flow)), ...others].join(', ')
  return { ...request, headers: request.headers.with(at, { name: line.name, value }) }
}

function stamped(via: Via, flow: Flow): Via {
  const asked = findParam(via.params, 'rport') !== undefined
  const claimed = findParam(via.params, 'received') !== undefined
  if (!asked && !claimed && via.host.toLowerCase() === flow.address.toLowerCase()) return via
  const received = withParam(via.params, 'received', flow.address)
  return { ...via, params: asked ? withParam(received, 'rport', String(flow.port)) : received }
}

const defaultPort = (transport: Flow['transport']): number =>
  ({ udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 })[transport]

/**
 * Where the responses to a request go (RFC 3261 §18.2.2, RFC 3581 §4): over UDP to the source when `rport` was asked
 * for, else to the sent-by port at the source address; over streams the connection, and should it be gone, the sent-by
 * port. `maddr` is not obeyed: it would let a stranger aim our answers at others.
 */
export function responseFlow(request: SipRequest, flow: Flow): Flow {
  const via = topVia(request)
  const asked = via !== undefined && findParam(via.params, 'rport') !== undefined
  return flow.transport === 'udp' && asked
    ? flow
    : { ...flow, port: via?.port ?? defaultPort(flow.transport) }
}

/** RFC 3261 §17: whether the transport repeats and orders by itself. */
export const isReliable = (flow: Flow): boolean => flow.transport !== 'udp'
