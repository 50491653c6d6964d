import { sessionDescriptionOf } from '../message/fields/multipart.ts'
import type { SipMessage } from '../message/message.ts'
import { decodeUtf8 } from '../message/utf8.ts'

const SDP = 'application/sdp'

/** The types that `sdpOf` finds a description in. */
export const READABLE_TYPES: readonly string[] = [
  SDP,
  'multipart/mixed',
  'multipart/alternative',
  'multipart/related',
]

/** The session description in a message, alone or within a multipart body, as text; undefined without one. */
export function sdpOf(message: SipMessage): string | undefined {
  const body = sessionDescriptionOf(message)
  return body === undefined ? undefined : decodeUtf8(body)
}

/** Body and type for a message; nothing for no description. */
export const sdpContent = (sdp: string | undefined): { body?: string; contentType?: string } =>
  sdp === undefined ? {} : { body: sdp, contentType: SDP }
