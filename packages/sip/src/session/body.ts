import { bodyOfType } from '../message/fields/multipart.ts'
import type { SipMessage } from '../message/message.ts'
import { decodeUtf8 } from '../message/utf8.ts'

export const SDP = 'application/sdp'

/** The session description in a message, alone or within a multipart body, as text; undefined without one. */
export function sdpOf(message: SipMessage): string | undefined {
  const body = bodyOfType(message, SDP)
  return body === undefined || body.length === 0 ? undefined : decodeUtf8(body)
}

/** Body and type for a message; nothing for no description. */
export const sdpContent = (sdp: string | undefined): { body?: string; contentType?: string } =>
  sdp === undefined ? {} : { body: sdp, contentType: SDP }
