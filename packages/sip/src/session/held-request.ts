import type { TransactionId } from '../layer/ports.ts'
import { canonicalName } from '../message/header-names.ts'
import { type Header, NO_BODY, type SipRequest } from '../message/message.ts'

/** A request that will be answered later, as plain data: its head without the body. */
export interface HeldRequest {
  readonly id: TransactionId
  readonly method: string
  readonly uri: string
  readonly headers: readonly Header[]
}

// The head that its answer and its dialog need (RFC 3261 §8.2.6, §12.1.1).
const KEPT = ['via', 'from', 'to', 'call-id', 'cseq', 'record-route', 'contact', 'timestamp', 'supported']
const KEPT_TOO = ['session-expires', 'min-se', 'require', 'allow']

export function holdRequest(id: TransactionId, { method, uri, headers }: SipRequest): HeldRequest {
  const kept = headers.filter(({ name }) => [...KEPT, ...KEPT_TOO].includes(canonicalName(name)))
  return { id, method, uri, headers: kept }
}

export const heldRequest = ({ method, uri, headers }: HeldRequest): SipRequest => ({
  kind: 'request',
  method,
  uri,
  headers,
  body: NO_BODY,
})
