import { isIPv6 } from 'node:net'
import type { Header, LocalAudio, NegotiatedAudio, NegotiatedCodec, NegotiatedSrtp } from '@ringdown/sip'
import {
  answerAudio,
  offerAudio,
  parseSdp,
  readAudioAnswer,
  serializeSdp,
  warningHeader,
} from '@ringdown/sip'
import type { RtpCodec, RtpSettings, SrtpSettings } from '../../media/worker.port.ts'
import { plainAddress } from './audio-address.ts'

/** Where our end of the audio is and how our descriptions of this dialog are numbered. */
export type OurEnd = { address: string; port: number; sessionId: string; sessionVersion: number }

/** What a trunk lets its calls agree on. */
export type AudioPolicy = {
  /** In order of preference. */
  codecs: readonly RtpCodec[]
  /** Our keys of this dialog, the same from its first description to its last; absent: plain RTP only. */
  srtp?: LocalAudio['srtp']
}

export const plainG711: AudioPolicy = { codecs: ['PCMU', 'PCMA'] }

/** The codec that the dialog has settled on comes first: a re-INVITE does not change it without need. */
export const keeping = (policy: AudioPolicy, current: RtpCodec | undefined): AudioPolicy =>
  current === undefined || !policy.codecs.includes(current)
    ? policy
    : { ...policy, codecs: [current, ...policy.codecs.filter(codec => codec !== current)] }

/** What a peer's offer asks of our RTP port; undefined when we have no codec or no way in common. */
export function readOffer(offer: Uint8Array, policy: AudioPolicy): RtpSettings | undefined {
  const parsed = parseSdp(offer)
  const result = parsed.ok ? answerAudio(parsed.session, localOf(nowhere, policy)) : parsed
  return result.ok ? settingsOf(result.negotiated) : undefined
}

/**
 * Why an offer that `readOffer` cannot use, or whose address we cannot serve, is refused, for the 488 (RFC 3261 §20.43); none where
 * it is no description.
 */
export function warningsOf(
  offer: Uint8Array,
  policy: AudioPolicy,
  isServed: (remote: string) => boolean,
): Header[] {
  const parsed = parseSdp(offer)
  const result = parsed.ok ? answerAudio(parsed.session, localOf(nowhere, policy)) : parsed
  const settings = result.ok ? settingsOf(result.negotiated) : undefined
  if (settings && isServed(settings.remote.address)) return []
  const warning = warningHeader(result.ok ? 'sdp.no-address' : result.code, warnAgent)
  return warning ? [warning] : []
}

/** A pseudonym: which address refuses is nobody’s business. */
const warnAgent = 'ringdown'

/** Our answer to an offer that `readOffer` could read. */
export function writeAnswer(offer: Uint8Array, end: OurEnd, policy: AudioPolicy): string | undefined {
  const parsed = parseSdp(offer)
  const result = parsed.ok ? answerAudio(parsed.session, localOf(end, policy)) : parsed
  return result.ok ? serializeSdp(result.answer) : undefined
}

export const writeOffer = (end: OurEnd, policy: AudioPolicy): string =>
  serializeSdp(offerAudio(localOf(end, policy)))

/** What an answer to our offer settles; undefined when it settles nothing. */
export function readAnswer(answer: Uint8Array, policy: AudioPolicy): RtpSettings | undefined {
  const parsed = parseSdp(answer)
  const result = parsed.ok ? readAudioAnswer(parsed.session, localOf(nowhere, policy)) : parsed
  return result.ok ? settingsOf(result.negotiated) : undefined
}

/** Before the answer to our offer came: nothing is sent to anyone. `own`: our address in the offer. */
export const nobodyAt = (own: string): RtpSettings => ({
  codec: 'PCMU',
  payloadType: 0,
  remote: { address: isIPv6(own) ? '::1' : '127.0.0.1', port: 9 },
  peerHolds: true,
})

/** Before it is known which address the offer will name. */
export const nobodyYet = nobodyAt('127.0.0.1')

/** Stands for our end while only the other's is of interest. */
const nowhere: OurEnd = { address: '127.0.0.1', port: 9, sessionId: '1', sessionVersion: 1 }

const localOf = (end: OurEnd, { codecs, srtp }: AudioPolicy): LocalAudio => ({
  codecs,
  // RFC 5761 §4: a worker tells RTP and RTCP apart on either port.
  rtcpMux: true,
  ...end,
  ...(srtp === undefined ? {} : { srtp }),
})

const alternativeOf = ({ name, payloadType }: NegotiatedCodec) => ({ codec: name, payloadType })

/** ms; RFC 3551 §4.2. */
const standardPtime = 20

function settingsOf(negotiated: NegotiatedAudio): RtpSettings | undefined {
  const { codec, alternatives, remote, direction, telephoneEvent, ptime, rtcpMux, srtp } = negotiated
  const address = plainAddress(remote.address)
  if (address === undefined) return undefined
  return {
    codec: codec.name,
    payloadType: codec.payloadType,
    ...(alternatives === undefined ? {} : { alternatives: alternatives.map(alternativeOf) }),
    ...(telephoneEvent === undefined ? {} : { telephoneEvent: telephoneEvent.payloadType }),
    ...(ptime === standardPtime ? {} : { ptime }),
    remote: { address, port: remote.port },
    ...(remote.rtcpPort === remote.port + 1 || remote.rtcpPort === 0
      ? {}
      : { remoteRtcpPort: remote.rtcpPort }),
    ...(rtcpMux ? { rtcpMux } : {}),
    ...(srtp === undefined ? {} : { srtp: srtpOf(srtp) }),
    peerHolds: direction === 'recvonly' || direction === 'inactive',
  }
}

function srtpOf({ suite, local, remote }: NegotiatedSrtp): SrtpSettings {
  const keys = { suite, local: local.key, remote: remote.key }
  return remote.mki === undefined ? keys : { ...keys, remoteMki: remote.mki }
}
