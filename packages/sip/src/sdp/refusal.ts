import type { Header } from '../message/message.ts'
import type { SdpErrorCode } from './session.ts'

/** How a description that cannot be used is answered. */
export interface SdpRefusal {
  readonly status: 400 | 413 | 488
  /** RFC 3261 §20.43; for 488 only. */
  readonly warning?: { readonly code: number; readonly text: string }
}

const notAcceptable = (code: number, text: string): SdpRefusal => ({ status: 488, warning: { code, text } })

// The warn-codes of RFC 3261 §20.43 with their texts; 399 is for what has no number of its own.
const REFUSALS: Readonly<Record<SdpErrorCode, SdpRefusal>> = {
  'sdp.syntax': { status: 400 },
  'sdp.too-large': { status: 413 },
  'sdp.no-audio': notAcceptable(304, 'Media type not available'),
  'sdp.no-common-codec': notAcceptable(305, 'Incompatible media format'),
  'sdp.no-common-transport': notAcceptable(302, 'Incompatible transport protocol'),
  'sdp.no-address': notAcceptable(301, 'Incompatible network address formats'),
  'sdp.multicast': notAcceptable(330, 'Multicast not available'),
  'sdp.no-common-crypto': notAcceptable(399, 'No usable crypto attribute'),
  'sdp.srtp-required': notAcceptable(399, 'SRTP is required'),
  'sdp.srtp-refused': notAcceptable(302, 'Incompatible transport protocol'),
  'sdp.answer-mismatch': notAcceptable(399, 'Answer does not match the offer'),
}

/** Status of the final response, with the reason of a 488 (RFC 3261 §21.4.26). */
export const sdpRefusal = (code: SdpErrorCode): SdpRefusal => REFUSALS[code]

/** `Warning` of a 488; `host` names us (a host or a pseudonym). Undefined for what is not answered 488. */
export function warningHeader(code: SdpErrorCode, host: string): Header | undefined {
  const { warning } = REFUSALS[code]
  return warning === undefined
    ? undefined
    : { name: 'Warning', value: `${warning.code} ${host} "${warning.text}"` }
}
