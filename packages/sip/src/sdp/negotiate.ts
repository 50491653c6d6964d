import {
  connectionOf,
  directionOf,
  fmtpOf,
  offersRtcpMux,
  ptimeOf,
  type RtpMap,
  rtcpAddressOf,
  rtcpPortOf,
  rtpMaps,
} from './attributes.ts'
import { CODECS } from './codecs.ts'
import { isHeldAddress, isMulticast, mirrored, narrowed } from './direction.ts'
import type {
  CodecName,
  LocalWishes,
  NegotiatedAudio,
  NegotiatedCodec,
  NegotiatedSrtp,
  NegotiationResult,
} from './negotiated.ts'
import { isSecure, secure } from './security.ts'
import type { SdpErrorCode, SdpMedia, SdpSession } from './session.ts'

/** Whether the peer's description offers, or answers ours. */
export type Role = 'offer' | 'answer'

interface Settlement {
  readonly peer: SdpSession
  readonly media: SdpMedia
  readonly mediaIndex: number
  readonly codecs: readonly [NegotiatedCodec, ...NegotiatedCodec[]]
  readonly address: string
  readonly srtp: NegotiatedSrtp | undefined
}

/** What the peer's description and our wishes have in common: the first usable audio line, protected ones first. */
export function negotiate(peer: SdpSession, local: LocalWishes, role: Role): NegotiationResult {
  let code: SdpErrorCode = 'sdp.no-audio'
  const lines = [...peer.media.entries()]
    .filter(([, media]) => media.type === 'audio' && media.port !== 0)
    .toSorted(([, a], [, b]) => Number(isSecure(b)) - Number(isSecure(a)))
  for (const [mediaIndex, media] of lines) {
    const found = examine({ peer, media, mediaIndex }, local, role)
    if ('codecs' in found) return { ok: true, negotiated: settle(found, local) }
    code = found.code
  }
  return { ok: false, code }
}

function examine(
  line: Pick<Settlement, 'peer' | 'media' | 'mediaIndex'>,
  local: LocalWishes,
  role: Role,
): Settlement | { code: SdpErrorCode } {
  const { peer, media } = line
  const security = secure(media, local.srtp, role)
  if (!security.ok) return security
  const [first, ...others] = commonCodecs(media, local.codecs, role)
  if (first === undefined) return { code: 'sdp.no-common-codec' }
  const connection = connectionOf(peer, media)
  if (connection === undefined) return { code: 'sdp.no-address' }
  if (isMulticast(connection)) return { code: 'sdp.multicast' }
  return { ...line, codecs: [first, ...others], address: connection.address, srtp: security.srtp }
}

const isCodec = (map: RtpMap, name: CodecName): boolean =>
  map.encoding.toLowerCase() === name.toLowerCase() && map.clockRate === CODECS[name].clockRate

/** Of an offer the one that comes first in our order; of an answer all, in its order (RFC 3264 §6.1, §7). */
function commonCodecs(media: SdpMedia, codecs: readonly CodecName[], role: Role): NegotiatedCodec[] {
  const maps = rtpMaps(media)
  const pairs =
    role === 'offer'
      ? codecs.map(name => ({ name, map: maps.find(map => isCodec(map, name)) })).filter(pair => pair.map)
      : maps.map(map => ({ name: codecs.find(name => isCodec(map, name)), map }))
  const common = pairs.flatMap(({ name, map }) => {
    if (name === undefined || map === undefined) return []
    const { payloadType, clockRate } = map
    const fmtp = fmtpOf(media, payloadType)
    return fmtp === undefined ? { name, payloadType, clockRate } : { name, payloadType, clockRate, fmtp }
  })
  return role === 'offer' ? common.slice(0, 1) : common
}

type Companion = NegotiatedAudio['telephoneEvent']

/** RFC 4733 §2.1: events share the clock of the audio; a peer that only has them at another is taken at its word. */
function chooseEvents(media: SdpMedia, clockRate: number): Companion {
  const events = rtpMaps(media).filter(map => map.encoding.toLowerCase() === 'telephone-event')
  const found = events.find(map => map.clockRate === clockRate) ?? events[0]
  return found === undefined ? undefined : { payloadType: found.payloadType, clockRate: found.clockRate }
}

/** RFC 3389 §4: comfort noise has the clock of the audio. Opus has its own way. */
function chooseComfortNoise(media: SdpMedia, { name, clockRate }: NegotiatedCodec): Companion {
  const found = rtpMaps(media).find(map => map.encoding.toUpperCase() === 'CN' && map.clockRate === clockRate)
  return found === undefined || name === 'opus' ? undefined : { payloadType: found.payloadType, clockRate }
}

function settle({ peer, media, mediaIndex, codecs, address, srtp }: Settlement, local: LocalWishes) {
  const [codec, ...alternatives] = codecs
  const allowed = narrowed(mirrored(directionOf(peer, media)), local.direction ?? 'sendrecv')
  const rtcpMux = local.rtcpMux === true && offersRtcpMux(media)
  const telephoneEvent = local.telephoneEvent === false ? undefined : chooseEvents(media, codec.clockRate)
  const comfortNoise = local.comfortNoise === true ? chooseComfortNoise(media, codec) : undefined
  const negotiated: NegotiatedAudio = {
    codec,
    ...(alternatives.length === 0 ? {} : { alternatives }),
    ...(telephoneEvent === undefined ? {} : { telephoneEvent }),
    ...(comfortNoise === undefined ? {} : { comfortNoise }),
    remote: remoteOf(media, address, rtcpMux),
    ptime: ptimeOf(media),
    direction: isHeldAddress(address) ? narrowed(allowed, 'recvonly') : allowed,
    rtcpMux,
    ...(srtp === undefined ? {} : { srtp }),
    mediaIndex,
  }
  return negotiated
}

function remoteOf(media: SdpMedia, address: string, rtcpMux: boolean): NegotiatedAudio['remote'] {
  const { port } = media
  if (rtcpMux) return { address, port, rtcpPort: port }
  const rtcpAddress = rtcpAddressOf(media)
  const elsewhere = rtcpAddress === undefined || rtcpAddress === address ? {} : { rtcpAddress }
  return { address, port, rtcpPort: rtcpPortOf(media), ...elsewhere }
}
