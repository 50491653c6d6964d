import type { LocalAudio } from './negotiated.ts'
import { serializeSdp } from './serialize.ts'
import type { SdpAttribute, SdpConnection, SdpDirection, SdpMedia, SdpSession } from './session.ts'

/** One payload type of an m-line of ours. */
export interface Format {
  readonly payloadType: number
  readonly rtpmap: string
  readonly fmtp?: string
}

export interface AudioLine {
  readonly formats: readonly Format[]
  readonly direction: SdpDirection
  readonly rtcpMux: boolean
  readonly protocol: string
  readonly crypto: readonly SdpAttribute[]
}

/** ms: the longest packet that the media side takes apart. */
const LONGEST_PACKET = 60

const connectionTo = (address: string): SdpConnection => ({
  addressType: address.includes(':') ? 'IP6' : 'IP4',
  address,
})

export function sessionOf(
  local: LocalAudio,
  media: readonly SdpMedia[],
  timing: readonly string[],
): SdpSession {
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

export function audioLine(
  local: LocalAudio,
  { formats, direction, rtcpMux, protocol, crypto }: AudioLine,
): SdpMedia {
  const attributes: SdpAttribute[] = []
  for (const { payloadType, rtpmap, fmtp } of formats) {
    attributes.push({ name: 'rtpmap', value: `${payloadType} ${rtpmap}` })
    if (fmtp !== undefined) attributes.push({ name: 'fmtp', value: `${payloadType} ${fmtp}` })
  }
  attributes.push(
    { name: 'ptime', value: String(local.ptime ?? 20) },
    { name: 'maxptime', value: String(LONGEST_PACKET) },
    { name: direction },
  )
  if (local.rtcpPort !== undefined) attributes.push({ name: 'rtcp', value: String(local.rtcpPort) })
  if (rtcpMux) attributes.push({ name: 'rtcp-mux' })
  attributes.push(...crypto)
  const types = formats.map(format => String(format.payloadType))
  return { type: 'audio', port: local.port, protocol, formats: types, lines: [], attributes }
}

/** RFC 3264 §6: an answer has a line for every line of the offer; those refused have port 0. */
export const refusedLine = ({ type, protocol, formats }: SdpMedia): SdpMedia => ({
  type,
  port: 0,
  protocol,
  formats: formats.length === 0 ? ['0'] : formats.slice(0, 1),
  lines: [],
  attributes: [],
})

/**
 * RFC 3264 §8: the next description of ours in a dialog: as it was when nothing changed, else with a version that is
 * one higher than that of the last.
 */
export function nextDescription(last: SdpSession, next: SdpSession): SdpSession {
  const { sessionVersion } = last.origin
  const withVersion = (version: string): SdpSession => ({
    ...next,
    origin: { ...next.origin, sessionVersion: version },
  })
  const isSame = serializeSdp(withVersion(sessionVersion)) === serializeSdp(last)
  return isSame ? last : withVersion(String(BigInt(sessionVersion) + 1n))
}
