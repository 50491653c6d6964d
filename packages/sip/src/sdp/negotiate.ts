import {
  connectionOf,
  directionOf,
  fmtpOf,
  offersRtcpMux,
  ptimeOf,
  type RtpMap,
  rtcpPortOf,
  rtpMaps,
} from './attributes.ts'
import { CODECS } from './codecs.ts'
import { isHeldAddress, mirrored, narrowed } from './direction.ts'
import type {
  CodecName,
  LocalAudio,
  NegotiatedAudio,
  NegotiatedCodec,
  NegotiationResult,
} from './negotiated.ts'
import type { SdpErrorCode, SdpMedia, SdpSession } from './session.ts'

// RFC 4585 AVPF only adds feedback, which a receiver may leave unused.
const PROTOCOLS = ['RTP/AVP', 'RTP/AVPF']

const isUsable = (media: SdpMedia): boolean =>
  media.type === 'audio' && media.port !== 0 && PROTOCOLS.includes(media.protocol.toUpperCase())

const isCodec = (map: RtpMap, name: CodecName): boolean =>
  map.encoding.toLowerCase() === name.toLowerCase() && map.clockRate === CODECS[name].clockRate

function chooseCodec(media: SdpMedia, codecs: readonly CodecName[]): NegotiatedCodec | undefined {
  const maps = rtpMaps(media)
  for (const name of codecs) {
    const map = maps.find(candidate => isCodec(candidate, name))
    if (map === undefined) continue
    const { payloadType, clockRate } = map
    const fmtp = fmtpOf(media, payloadType)
    return fmtp === undefined ? { name, payloadType, clockRate } : { name, payloadType, clockRate, fmtp }
  }
  return undefined
}

/** RFC 4733 §2.1: events share the clock of the audio; a peer that only has them at 8000 Hz is taken at its word. */
function chooseEvents(media: SdpMedia, clockRate: number): NegotiatedAudio['telephoneEvent'] {
  const events = rtpMaps(media).filter(map => map.encoding.toLowerCase() === 'telephone-event')
  const found = events.find(map => map.clockRate === clockRate) ?? events[0]
  return found === undefined ? undefined : { payloadType: found.payloadType, clockRate: found.clockRate }
}

/** What the peer's description and our wishes have in common; the first usable audio line is taken. */
export function negotiate(peer: SdpSession, local: Omit<LocalAudio, 'address' | 'port'>): NegotiationResult {
  let code: SdpErrorCode = 'sdp.no-audio'
  for (const [mediaIndex, media] of peer.media.entries()) {
    if (!isUsable(media)) continue
    const codec = chooseCodec(media, local.codecs)
    const connection = connectionOf(peer, media)
    if (codec !== undefined && connection !== undefined) {
      return {
        ok: true,
        negotiated: settle({ peer, media, mediaIndex, codec, address: connection.address, local }),
      }
    }
    code = codec === undefined ? 'sdp.no-common-codec' : 'sdp.no-address'
  }
  return { ok: false, code }
}

interface Settlement {
  readonly peer: SdpSession
  readonly media: SdpMedia
  readonly mediaIndex: number
  readonly codec: NegotiatedCodec
  readonly address: string
  readonly local: Omit<LocalAudio, 'address' | 'port'>
}

function settle({ peer, media, mediaIndex, codec, address, local }: Settlement): NegotiatedAudio {
  const allowed = narrowed(mirrored(directionOf(peer, media)), local.direction ?? 'sendrecv')
  const rtcpMux = local.rtcpMux === true && offersRtcpMux(media)
  const telephoneEvent = local.telephoneEvent === false ? undefined : chooseEvents(media, codec.clockRate)
  return {
    codec,
    ...(telephoneEvent === undefined ? {} : { telephoneEvent }),
    remote: { address, port: media.port, rtcpPort: rtcpMux ? media.port : rtcpPortOf(media) },
    ptime: ptimeOf(media),
    direction: isHeldAddress(address) ? narrowed(allowed, 'recvonly') : allowed,
    rtcpMux,
    mediaIndex,
  }
}
