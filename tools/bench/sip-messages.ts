import {
  createRequest,
  createResponse,
  decodeUtf8,
  encodeUtf8,
  offerAudio,
  parseMessage,
  type SipMessage,
  serializeMessage,
  serializeSdp,
  withVia,
} from '@ringdown/sip'
import { ratesPerSecond } from './rate.ts'

export type ParseFigures = {
  name: string
  bytes: number
  /** `parseMessage`, messages per second. */
  perSecond: number
  /** UTF-8 decoding and `JSON.parse` of the same header lines and body as JSON, per second. */
  jsonPerSecond: number
}

const address = (user: string) => ({
  uri: `sip:${user}@192.0.2.1`,
  params: [{ name: 'tag', value: 'a73kszlfl' }],
})
const request = (method: string, content: { body?: string; contentType?: string } = {}) =>
  withVia(
    createRequest({
      method,
      uri: 'sip:+15550100@192.0.2.2',
      from: address('+15550123'),
      to: { uri: 'sip:+15550100@192.0.2.2', params: [] },
      callId: '3848276298220188511@192.0.2.1',
      cseq: 1,
      contact: { uri: 'sip:+15550123@192.0.2.1:5060', params: [] },
      headers: [
        { name: 'Allow', value: 'INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO' },
        { name: 'Supported', value: '100rel, timer, replaces' },
        { name: 'User-Agent', value: 'Example 1.0' },
      ],
      ...content,
    }),
    {
      transport: 'UDP',
      host: '192.0.2.1',
      port: 5060,
      params: [{ name: 'branch', value: 'z9hG4bK776asdhds' }, { name: 'rport' }],
    },
  )

const description = {
  body: serializeSdp(
    offerAudio({
      codecs: ['opus', 'G722', 'PCMU', 'PCMA'],
      address: '192.0.2.1',
      port: 40_000,
      sessionId: '1',
      sessionVersion: 1,
    }),
  ),
  contentType: 'application/sdp',
}
const invite = request('INVITE', description)
const ok = createResponse(invite, 200, {
  toTag: '314159',
  headers: [{ name: 'Contact', value: '<sip:192.0.2.2:5060>' }],
  ...description,
})

const MESSAGES: readonly [string, SipMessage][] = [
  ['INVITE with SDP', invite],
  ['200 with SDP', ok],
  ['OPTIONS', request('OPTIONS')],
]

/** How many messages one core reads per second, beside what V8's own parser of JSON does with the same content. */
export function measureParsing(ms: number): ParseFigures[] {
  return MESSAGES.map(([name, message]) => {
    const bytes = serializeMessage(message)
    const lines = message.headers.map(header => [header.name, header.value])
    const json = encodeUtf8(JSON.stringify([lines, decodeUtf8(message.body)]))
    const [perSecond = 0, jsonPerSecond = 0] = ratesPerSecond(ms, [
      () => void parseMessage(bytes, { transport: 'datagram' }),
      () => void JSON.parse(decodeUtf8(json)),
    ])
    return { name, bytes: bytes.length, perSecond, jsonPerSecond }
  })
}
