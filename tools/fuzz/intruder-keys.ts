import { randomBytes } from 'node:crypto'
import { isRtcp, SrtpSender } from '@ringdown/media'
import { type LocalAudio, type NegotiatedSrtp, SRTP_KEY_BYTES } from '@ringdown/sip'
import { nodeCiphers as ciphers } from '../../apps/gateway/src/media/worker/srtp/node-ciphers.ts'

const suite = 'AES_CM_128_HMAC_SHA1_80'
/** What a packet grows by: the tag, and the index of a report (RFC 3711 §3.1, §3.4). */
const MOST_ADDED = 32

/** Keys to offer (RFC 4568). */
export function newKeys(): NonNullable<LocalAudio['srtp']> {
  const key = randomBytes(SRTP_KEY_BYTES[suite]).toString('base64')
  return { policy: 'required', keys: [{ suite, key }] }
}

/** Protects what is a packet at all: then the gateway has to open it, and to read what is inside. */
export function sealerOf(srtp: NegotiatedSrtp | undefined): (packet: Uint8Array) => Uint8Array {
  if (!srtp) return packet => packet
  const keyAndSalt = new Uint8Array(Buffer.from(srtp.local.key, 'base64'))
  const sender = new SrtpSender({ suite: srtp.suite, master: { keyAndSalt }, ciphers })
  return packet => {
    const target = new Uint8Array(packet.length + MOST_ADDED)
    const length = isRtcp(packet) ? sender.protectRtcp(packet, target) : sender.protectRtp(packet, target)
    return length === 0 ? packet : target.subarray(0, length)
  }
}
