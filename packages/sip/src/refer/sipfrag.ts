import { contentTypeOf } from '../message/headers.ts'
import type { SipMessage } from '../message/message.ts'
import { reasonPhrase } from '../message/reasons.ts'
import { decodeUtf8 } from '../message/utf8.ts'

/** The body of a NOTIFY about a REFER (RFC 3515 §2.4.5, RFC 3420): a status line. */
export const SIPFRAG = 'message/sipfrag;version=2.0'

const STATUS_LINE = /^SIP\/2\.0[ \t]+([1-6][0-9]{2})(?![0-9])/i

/** The status a NOTIFY tells, 100 to 699; undefined when its body is no sipfrag with a status line. */
export function sipfragStatusOf(message: SipMessage): number | undefined {
  if (contentTypeOf(message) !== 'message/sipfrag') return undefined
  const status = STATUS_LINE.exec(decodeUtf8(message.body).trimStart())?.[1]
  return status === undefined ? undefined : Number(status)
}

export const sipfrag = (status: number): string => `SIP/2.0 ${status} ${reasonPhrase(status)}\r\n`
