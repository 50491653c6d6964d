import type { LocalAudio, NegotiatedAudio, SipRequest } from '@ringdown/sip'
import { answerAudio, offerAudio, parseSdp, readAudioAnswer, serializeSdp } from '@ringdown/sip'
import type { RtpSettings } from '../../media/worker.port.ts'

/** Where our end of the audio is and how our descriptions of this dialog are numbered. */
export type OurEnd = { address: string; port: number; sessionId: string; sessionVersion: number }

const codecs = ['PCMU', 'PCMA'] as const

const localOf = (end: OurEnd): LocalAudio => ({ codecs, ...end })

export type Reading = { ok: true; settings: RtpSettings } | { ok: false }

/**
 * What an INVITE's offer asks of our RTP port. An INVITE without one (RFC 3261 §13.2.1) gets our offer in the 2xx and
 * answers in its ACK: until then nothing is sent.
 */
export function readOffer(invite: SipRequest): Reading {
  if (invite.body.length === 0) return { ok: true, settings: nobodyYet }
  const parsed = parseSdp(invite.body)
  const result = parsed.ok ? answerAudio(parsed.session, localOf(probe)) : parsed
  return result.ok ? { ok: true, settings: settingsOf(result.negotiated) } : { ok: false }
}

/** Our description for the 2xx: the answer to the INVITE's offer, or our own offer. undefined: no common codec. */
export function describe(invite: SipRequest, end: OurEnd): string | undefined {
  if (invite.body.length === 0) return serializeSdp(offerAudio(localOf(end)))
  const parsed = parseSdp(invite.body)
  const result = parsed.ok ? answerAudio(parsed.session, localOf(end)) : parsed
  return result.ok ? serializeSdp(result.answer) : undefined
}

/** What an ACK's answer to our offer settles; undefined when it holds none. */
export function readAnswer(ack: SipRequest): RtpSettings | undefined {
  if (ack.body.length === 0) return undefined
  const parsed = parseSdp(ack.body)
  const result = parsed.ok ? readAudioAnswer(parsed.session, localOf(probe)) : parsed
  return result.ok ? settingsOf(result.negotiated) : undefined
}

/** Stands for our end while only the other's is of interest. */
const probe: OurEnd = { address: '127.0.0.1', port: 9, sessionId: '1', sessionVersion: 1 }

const nobodyYet: RtpSettings = {
  codec: 'PCMU',
  payloadType: 0,
  remote: { address: '127.0.0.1', port: 9 },
  peerHolds: true,
}

function settingsOf(negotiated: NegotiatedAudio): RtpSettings {
  const { codec, remote, direction, telephoneEvent } = negotiated
  return {
    codec: codec.name === 'PCMA' ? 'PCMA' : 'PCMU',
    payloadType: codec.payloadType,
    ...(telephoneEvent === undefined ? {} : { telephoneEvent: telephoneEvent.payloadType }),
    remote: { address: remote.address, port: remote.port },
    peerHolds: direction === 'recvonly' || direction === 'inactive',
  }
}
