import type { G711Codec } from '@ringdown/media'
import type { LocalAudio, NegotiatedAudio } from '@ringdown/sip'
import { RtpStream } from '../rtp-stream/rtp-stream.ts'
import { type AudioProtection, newKeys, type PhoneSrtp } from './audio-protection.ts'
import { openProtectedRtp } from './protected-rtp.ts'
import type { RtpSockets } from './rtp-sockets.ts'

/** The audio of one call of a telephone, and how it is described. */
export type PhoneAudio = {
  rtp: RtpSockets
  protection: AudioProtection
  stream: RtpStream
  local: LocalAudio
}

export async function openPhoneAudio(order: {
  /** Of this machine. */
  address: string
  codec: G711Codec
  /** Left out: plain RTP only. */
  srtp: PhoneSrtp | undefined
}): Promise<PhoneAudio> {
  const { address, codec, srtp } = order
  const { rtp, protection, sendRtp, sendRtcp } = await openProtectedRtp({
    address,
    srtp,
    onPacket: packet => stream.receive(packet),
  })
  const payloadType = codec === 'PCMU' ? 0 : 8
  const stream = new RtpStream({ codec, payloadType, telephoneEvent: 101, sendRtp, sendRtcp })
  const local: LocalAudio = {
    codecs: [codec],
    address,
    port: rtp.port,
    sessionId: '1',
    sessionVersion: 1,
    ...(srtp === undefined ? {} : { srtp: newKeys(srtp) }),
  }
  return { rtp, protection, stream, local }
}

/** Where the audio goes from now on, and under which keys. */
export function settleAudio({ rtp, protection, stream }: PhoneAudio, agreed: NegotiatedAudio): void {
  rtp.remote = { address: agreed.remote.address, port: agreed.remote.port }
  protection.settle(agreed.srtp)
  const speaks = agreed.direction === 'sendrecv' || agreed.direction === 'sendonly'
  stream.sending = speaks ? 'voice' : 'nothing'
}
