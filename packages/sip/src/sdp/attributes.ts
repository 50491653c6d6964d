import { parseNumber } from '../message/grammar.ts'
import type { SdpConnection, SdpDirection, SdpMedia, SdpSession } from './session.ts'

/** `a=rtpmap` (RFC 8866 §6.6). */
export interface RtpMap {
  readonly payloadType: number
  readonly encoding: string
  /** Hz. */
  readonly clockRate: number
  readonly channels: number
}

const RTPMAP = /^(\d{1,3}) +([^/ ]+)\/(\d{1,6})(?:\/(\d{1,2}))? *$/

// RFC 3551 table 4: these need no rtpmap.
const STATIC: readonly RtpMap[] = [
  { payloadType: 0, encoding: 'PCMU', clockRate: 8000, channels: 1 },
  { payloadType: 8, encoding: 'PCMA', clockRate: 8000, channels: 1 },
  { payloadType: 9, encoding: 'G722', clockRate: 8000, channels: 1 },
  { payloadType: 13, encoding: 'CN', clockRate: 8000, channels: 1 },
]

/** The formats of an m-line in its order, from rtpmap or the static table; those without either are left out. */
export function rtpMaps(media: SdpMedia): RtpMap[] {
  const mapped = new Map<number, RtpMap>()
  for (const { name, value } of media.attributes) {
    const match = name === 'rtpmap' ? RTPMAP.exec(value ?? '') : null
    const payloadType = parseNumber(match?.[1] ?? '', 127)
    if (match === null || payloadType === undefined || mapped.has(payloadType)) continue
    const [, , encoding = '', rate = '', channels = '1'] = match
    mapped.set(payloadType, { payloadType, encoding, clockRate: Number(rate), channels: Number(channels) })
  }
  return media.formats.flatMap(format => {
    const payloadType = parseNumber(format, 127)
    const known = STATIC.find(map => map.payloadType === payloadType)
    const map = payloadType === undefined ? undefined : (mapped.get(payloadType) ?? known)
    return map === undefined ? [] : [map]
  })
}

const attribute = (media: SdpMedia, name: string): string | undefined =>
  media.attributes.find(a => a.name === name)?.value

/** `a=fmtp` of a payload type, verbatim. */
export function fmtpOf(media: SdpMedia, payloadType: number): string | undefined {
  const prefix = `${payloadType} `
  const line = media.attributes.find(a => a.name === 'fmtp' && a.value?.startsWith(prefix))
  return line?.value?.slice(prefix.length).trim()
}

/** `a=ptime` in ms, no longer than `a=maxptime` and brought into 10..60; 20 when absent. */
export function ptimeOf(media: SdpMedia): number {
  const [wanted = 20, longest = 60] = ['ptime', 'maxptime'].map(name =>
    parseNumber(attribute(media, name)?.trim() ?? '', 1000),
  )
  return Math.min(60, Math.max(10, Math.min(wanted, longest)))
}

const DIRECTIONS: readonly SdpDirection[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive']

const directionIn = (attributes: SdpMedia['attributes']): SdpDirection | undefined =>
  DIRECTIONS.find(direction => attributes.some(a => a.name === direction))

/** The direction of an m-line as its sender sees it; from the session when it has none; `sendrecv` by default. */
export const directionOf = (session: SdpSession, media: SdpMedia): SdpDirection =>
  directionIn(media.attributes) ?? directionIn(session.attributes) ?? 'sendrecv'

/** Where the sender of this m-line wants media. */
export const connectionOf = (session: SdpSession, media: SdpMedia): SdpConnection | undefined =>
  media.connection ?? session.connection

/** RTCP port: `a=rtcp` (RFC 3605), else the RTP port plus one. */
export function rtcpPortOf(media: SdpMedia): number {
  const [digits = ''] = (attribute(media, 'rtcp') ?? '').trim().split(' ')
  return parseNumber(digits, 65535) ?? Math.min(65535, media.port + 1)
}

/** The address of `a=rtcp` where it names one (RFC 3605 §2.1): RTCP may go elsewhere than RTP. */
export const rtcpAddressOf = (media: SdpMedia): string | undefined =>
  /^\d+ +IN +IP[46] +([0-9A-Za-z.:_%-]+)$/i.exec((attribute(media, 'rtcp') ?? '').trim())?.[1]

/** Whether RTCP may share the port of RTP (RFC 5761 §5.1.1). */
export const offersRtcpMux = (media: SdpMedia): boolean => media.attributes.some(a => a.name === 'rtcp-mux')
