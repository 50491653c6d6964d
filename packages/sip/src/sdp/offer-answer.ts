import { CODECS, TELEPHONE_EVENT_TYPE, TELEPHONE_EVENTS } from './codecs.ts'
import { negotiate } from './negotiate.ts'
import type { AnswerResult, LocalAudio, NegotiatedAudio, NegotiationResult } from './negotiated.ts'
import type { SdpAttribute, SdpConnection, SdpDirection, SdpMedia, SdpSession } from './session.ts'

const connectionTo = (address: string): SdpConnection => ({
  addressType: address.includes(':') ? 'IP6' : 'IP4',
  address,
})

function sessionOf(local: LocalAudio, media: readonly SdpMedia[], timing: readonly string[]): SdpSession {
  const connection = connectionTo(local.address)
  const { sessionId, sessionVersion } = local
  return {
    origin: { username: '-', sessionId, sessionVersion: String(sessionVersion), ...connection },
    name: '-',
    connection,
    timing,
    lines: [],
    attributes: [],
    media,
  }
}

interface Format {
  readonly payloadType: number
  readonly rtpmap: string
  readonly fmtp?: string
}

function audioLine(
  local: LocalAudio,
  { formats, direction, rtcpMux }: { formats: readonly Format[]; direction: SdpDirection; rtcpMux: boolean },
  protocol = 'RTP/AVP',
): SdpMedia {
  const attributes: SdpAttribute[] = []
  for (const { payloadType, rtpmap, fmtp } of formats) {
    attributes.push({ name: 'rtpmap', value: `${payloadType} ${rtpmap}` })
    if (fmtp !== undefined) attributes.push({ name: 'fmtp', value: `${payloadType} ${fmtp}` })
  }
  attributes.push({ name: 'ptime', value: String(local.ptime ?? 20) }, { name: direction })
  if (rtcpMux) attributes.push({ name: 'rtcp-mux' })
  const types = formats.map(format => String(format.payloadType))
  return { type: 'audio', port: local.port, protocol, formats: types, lines: [], attributes }
}

const eventFormat = (payloadType: number, clockRate: number): Format => ({
  payloadType,
  rtpmap: `telephone-event/${clockRate}`,
  fmtp: TELEPHONE_EVENTS,
})

const answeredFormats = ({ codec, telephoneEvent }: NegotiatedAudio): Format[] => [
  { payloadType: codec.payloadType, rtpmap: CODECS[codec.name].rtpmap },
  ...(telephoneEvent === undefined
    ? []
    : [eventFormat(telephoneEvent.payloadType, telephoneEvent.clockRate)]),
]

// RFC 3264 §6: an answer has a line for every line of the offer; those refused have port 0.
const refused = (media: SdpMedia): SdpMedia => ({
  type: media.type,
  port: 0,
  protocol: media.protocol,
  formats: media.formats.slice(0, 1),
  lines: [],
  attributes: [],
})

/**
 * Answers an offer (RFC 3264 §6) for one audio stream: the first codec of `local.codecs` that the offer has, with
 * telephone-event; every other m-line is refused. `sdp.no-common-codec`, `sdp.no-audio` and `sdp.no-address` are to be
 * answered 488.
 */
export function answerAudio(offer: SdpSession, local: LocalAudio): AnswerResult {
  const result = negotiate(offer, local)
  if (!result.ok) return result
  const { negotiated } = result
  const media = offer.media.map((line, index) =>
    index === negotiated.mediaIndex
      ? audioLine(local, { ...negotiated, formats: answeredFormats(negotiated) }, line.protocol)
      : refused(line),
  )
  return { ok: true, negotiated, answer: sessionOf(local, media, offer.timing) }
}

/** An offer (RFC 3264 §5) of one audio stream with all of `local.codecs` in their order. */
export function offerAudio(local: LocalAudio): SdpSession {
  const codecs = local.codecs.map(name => ({
    payloadType: CODECS[name].offered,
    rtpmap: CODECS[name].rtpmap,
  }))
  // RFC 7587 §7: Opus has events at its own clock; browsers and trunks nevertheless all use 8000 Hz.
  const events = local.telephoneEvent === false ? [] : [eventFormat(TELEPHONE_EVENT_TYPE, 8000)]
  const direction = local.direction ?? 'sendrecv'
  const line = audioLine(local, {
    formats: [...codecs, ...events],
    direction,
    rtcpMux: local.rtcpMux === true,
  })
  return sessionOf(local, [line], ['0 0'])
}

/** What the peer's answer to `offerAudio(local)` settles. */
export const readAudioAnswer = (answer: SdpSession, local: LocalAudio): NegotiationResult =>
  negotiate(answer, local)
