import { contentTypeOf } from '../message/headers.ts'
import type { SipMessage } from '../message/message.ts'
import { decodeUtf8 } from '../message/utf8.ts'

export const SDP = 'application/sdp'

/** The session description in a message, as text; undefined without one. */
export const sdpOf = (message: SipMessage): string | undefined =>
  message.body.length > 0 && contentTypeOf(message) === SDP ? decodeUtf8(message.body) : undefined

/** Body and type for a message; nothing for no description. */
export const sdpContent = (sdp: string | undefined): { body?: string; contentType?: string } =>
  sdp === undefined ? {} : { body: sdp, contentType: SDP }
