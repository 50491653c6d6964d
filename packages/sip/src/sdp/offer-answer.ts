import { rtpMaps } from './attributes.ts'
import { CODECS, COMFORT_NOISE_TYPE, TELEPHONE_EVENT_TYPES, TELEPHONE_EVENTS } from './codecs.ts'
import { audioLine, type Format, refusedLine, sessionOf } from './describe.ts'
import { negotiate } from './negotiate.ts'
import type { AnswerResult, CodecName, LocalAudio, NegotiatedAudio, NegotiationResult } from './negotiated.ts'
import { answeredCrypto, offeredCrypto, offeredProtocol } from './security.ts'
import type { SdpMedia, SdpSession } from './session.ts'

const codecFormat = (name: CodecName, payloadType: number): Format => {
  const { rtpmap, fmtp } = CODECS[name]
  return fmtp === undefined ? { payloadType, rtpmap } : { payloadType, rtpmap, fmtp }
}

const eventFormat = (payloadType: number, clockRate: number): Format => ({
  payloadType,
  rtpmap: `telephone-event/${clockRate}`,
  fmtp: TELEPHONE_EVENTS,
})

const noiseFormat = (payloadType: number, clockRate: number): Format => ({
  payloadType,
  rtpmap: `CN/${clockRate}`,
})

const answeredFormats = ({ codec, telephoneEvent, comfortNoise }: NegotiatedAudio): Format[] => [
  codecFormat(codec.name, codec.payloadType),
  ...(comfortNoise === undefined ? [] : [noiseFormat(comfortNoise.payloadType, comfortNoise.clockRate)]),
  ...(telephoneEvent === undefined
    ? []
    : [eventFormat(telephoneEvent.payloadType, telephoneEvent.clockRate)]),
]

/**
 * Answers an offer (RFC 3264 §6) for one audio stream: the first codec of `local.codecs` that the offer has, with
 * telephone-event; every other m-line is refused. `sdpRefusal` says how a failure is to be answered.
 */
export function answerAudio(offer: SdpSession, local: LocalAudio): AnswerResult {
  const result = negotiate(offer, local, 'offer')
  if (!result.ok) return result
  const { negotiated } = result
  const media = offer.media.map((line, index) =>
    index === negotiated.mediaIndex
      ? audioLine(local, {
          ...negotiated,
          formats: answeredFormats(negotiated),
          protocol: line.protocol,
          crypto: answeredCrypto(negotiated.srtp),
        })
      : refusedLine(line),
  )
  return { ok: true, negotiated, answer: sessionOf(local, media, offer.timing) }
}

/** Answers an offer that switches every stream off (RFC 3264 §8.2), or of which we want none: port 0 for all lines. */
export const refuseMedia = (offer: SdpSession, local: LocalAudio): SdpSession =>
  sessionOf(local, offer.media.map(refusedLine), offer.timing)

/**
 * An offer (RFC 3264 §5) of one audio stream with all of `local.codecs` in their order.
 * @param last the last description of ours in the dialog: the lines and payload types it had keep their place and
 *   meaning (§8, §8.3.2)
 */
export function offerAudio(local: LocalAudio, last?: SdpSession): SdpSession {
  const line = audioLine(local, {
    formats: offeredFormats(local, last),
    direction: local.direction ?? 'sendrecv',
    rtcpMux: local.rtcpMux === true,
    protocol: offeredProtocol(local.srtp),
    crypto: offeredCrypto(local.srtp),
  })
  const media = (last?.media ?? []).map(refusedLine)
  media[audioIndex(last)] = line
  return sessionOf(local, media, ['0 0'])
}

/** Where our audio is; a line that was switched off may be used again (RFC 3264 §8.1), a new one comes last. */
function audioIndex(last: SdpSession | undefined): number {
  const media = last?.media ?? []
  const open = media.findIndex(({ type, port }) => type === 'audio' && port !== 0)
  const any = open >= 0 ? open : media.findIndex(({ type }) => type === 'audio')
  return any >= 0 ? any : media.length
}

function offeredFormats(local: LocalAudio, last: SdpSession | undefined): Format[] {
  const wanted = local.codecs.map(name => codecFormat(name, CODECS[name].offered))
  if (local.comfortNoise === true) wanted.push(noiseFormat(COMFORT_NOISE_TYPE, 8000))
  if (local.telephoneEvent !== false) {
    // RFC 4733 §2.1: at the clock of the audio. Browsers and trunks have 8000 Hz even where the call is Opus.
    wanted.push(eventFormat(TELEPHONE_EVENT_TYPES[8000], 8000))
    if (local.codecs.includes('opus')) wanted.push(eventFormat(TELEPHONE_EVENT_TYPES[48000], 48000))
  }
  const line: SdpMedia | undefined = last?.media[audioIndex(last)]
  return line === undefined ? wanted : renumbered(wanted, line)
}

/** RFC 3264 §8.3.2: a payload type that stood for a codec stands for it until the session ends. */
function renumbered(wanted: readonly Format[], line: SdpMedia): Format[] {
  const known = rtpMaps(line)
  const taken = new Set(known.map(map => map.payloadType))
  return wanted.map(format => {
    const [encoding = '', rate] = format.rtpmap.toLowerCase().split('/')
    const same = known.find(map => map.encoding.toLowerCase() === encoding && map.clockRate === Number(rate))
    if (same !== undefined) return { ...format, payloadType: same.payloadType }
    if (!taken.has(format.payloadType)) return format
    let payloadType = 96
    while (taken.has(payloadType) || wanted.some(other => other.payloadType === payloadType)) payloadType++
    taken.add(payloadType)
    return { ...format, payloadType }
  })
}

/**
 * What the peer's answer to `offerAudio(local)` settles. An answer that lists several codecs is followed in its order:
 * it may be another than the one before.
 * @param offered our offer, where it had more lines than one
 */
export function readAudioAnswer(
  answer: SdpSession,
  local: LocalAudio,
  offered?: SdpSession,
): NegotiationResult {
  // RFC 3264 §6: as many lines as the offer, in its order.
  const expected = offered ?? { media: [{ type: 'audio' }] }
  const matches = answer.media.length === expected.media.length
  const isInPlace = matches && answer.media.every((line, index) => line.type === expected.media[index]!.type)
  return isInPlace ? negotiate(answer, local, 'answer') : { ok: false, code: 'sdp.answer-mismatch' }
}
