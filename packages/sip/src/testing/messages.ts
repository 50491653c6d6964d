import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { parseMessage } from '../message/parse.ts'
import { encodeUtf8 } from '../message/utf8.ts'

/** Lines joined as on the wire, with the empty line that ends a head. */
export const wire = (lines: readonly string[], body = ''): Uint8Array =>
  encodeUtf8(`${lines.join('\r\n')}\r\n\r\n${body}`)

function parsed(bytes: Uint8Array): SipMessage {
  const result = parseMessage(bytes, { transport: 'datagram' })
  if (!result.ok) throw new Error(`test message refused: ${result.reason} ${result.header ?? ''}`)
  return result.message
}

export interface TestRequestOptions {
  readonly method?: string
  readonly branch?: string
  readonly via?: string
  readonly cseq?: number
  readonly toTag?: string
  readonly fromTag?: string
  readonly headers?: readonly string[]
  readonly body?: string
}

/** A request as a peer at 192.0.2.1 sends it. */
export function createTestRequest(options: TestRequestOptions = {}): SipRequest {
  const {
    method = 'INVITE',
    branch = 'z9hG4bKone',
    cseq = 1,
    toTag,
    fromTag = 'caller',
    headers = [],
  } = options
  const lines = [
    `${method} sip:+15550100@192.0.2.2 SIP/2.0`,
    `Via: ${options.via ?? `SIP/2.0/UDP 192.0.2.1:5060;branch=${branch};rport`}`,
    'Max-Forwards: 70',
    `From: "Alice" <sip:alice@192.0.2.1>;tag=${fromTag}`,
    `To: <sip:+15550100@192.0.2.2>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    'Call-ID: call-1@192.0.2.1',
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:alice@192.0.2.1:5060>',
    ...headers,
  ]
  return parsed(wire(lines, options.body)) as SipRequest
}

export interface TestResponseOptions {
  readonly toTag?: string
  readonly headers?: readonly string[]
}

/** A response of a peer to a request of ours (with its Via). */
export function createTestResponse(
  request: SipRequest,
  status: number,
  { toTag = 'callee', headers = [] }: TestResponseOptions = {},
): SipResponse {
  const copied = ['via', 'from', 'call-id', 'cseq'].flatMap(name =>
    request.headers.filter(h => h.name.toLowerCase() === name).map(h => `${h.name}: ${h.value}`),
  )
  const to = request.headers.find(h => h.name === 'To')!.value.replace(/;tag=.*$/, '')
  return parsed(
    wire([
      `SIP/2.0 ${status} Whatever`,
      ...copied,
      `To: ${to};tag=${toTag}`,
      'Contact: <sip:bob@192.0.2.9:5070>',
      ...headers,
    ]),
  ) as SipResponse
}
