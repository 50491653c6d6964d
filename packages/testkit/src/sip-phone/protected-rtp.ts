import { AudioProtection, type PhoneSrtp } from './audio-protection.ts'
import { openRtpSockets, type RtpSockets } from './rtp-sockets.ts'

/** A telephone's sockets for audio, with what protects it in between. */
export type ProtectedRtp = { rtp: RtpSockets; protection: AudioProtection } & Pick<
  RtpSockets,
  'sendRtp' | 'sendRtcp'
>

/** `onPacket` gets packets and reports in the clear, those that are taken. */
export async function openProtectedRtp(order: {
  /** Of this machine. */
  address: string
  srtp: PhoneSrtp | undefined
  onPacket: (packet: Uint8Array) => void
}): Promise<ProtectedRtp> {
  const protection = new AudioProtection(order.srtp)
  const rtp = await openRtpSockets(order.address, bytes => {
    const packet = protection.open(bytes)
    if (packet) order.onPacket(packet)
  })
  const sealed = (send: (packet: Uint8Array) => void) => (packet: Uint8Array) => {
    const bytes = protection.seal(packet)
    if (bytes) send(bytes)
  }
  return { rtp, protection, sendRtp: sealed(rtp.sendRtp), sendRtcp: sealed(rtp.sendRtcp) }
}
