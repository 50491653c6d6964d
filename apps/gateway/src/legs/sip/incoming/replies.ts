import type { Dialog, Header, SipRequest, SipResponse, TransactionSnapshot } from '@ringdown/sip'
import { createResponse, createUasDialog, messageToText } from '@ringdown/sip'
import { capabilityHeaders } from '../screening.rules.ts'
import type { SipLegData } from './leg-data.ts'

type OurSide = Pick<SipLegData, 'localTag' | 'contact'>

/** What a response says beside its status. A header that is named here is not added by itself. */
export type Said = { body?: string | undefined; headers?: readonly Header[] }

/** A response inside our dialog, or the one that makes it. */
export function reply(
  request: SipRequest,
  status: number,
  { localTag, contact, body, headers = [] }: OurSide & Said,
): SipResponse {
  const isAnswer = status >= 200 && status < 300
  const refreshes = isAnswer && request.method !== 'BYE'
  return createResponse(request, status, {
    toTag: localTag,
    headers: [
      ...(refreshes ? [{ name: 'Contact', value: contact }] : []),
      ...(isAnswer ? capabilityHeaders.filter(({ name }) => !headers.some(one => one.name === name)) : []),
      ...headers,
    ],
    ...(body === undefined ? {} : { body, contentType: 'application/sdp' }),
  })
}

// Requests of a control after a restart must be numbered above those of the one before (RFC 3261 §12.2.1.1), which
// nobody wrote down: both count from the second they began in. Seconds since this day, to stay below 2^31.
const epochMs = Date.UTC(2025, 0, 1)

export const secondOf = (now: number): number => Math.floor((now - epochMs) / 1000)

/** The dialog that the answer to this INVITE makes (RFC 3261 §12.1.1); undefined when the INVITE makes none. */
export function dialogOf(invite: SipRequest, ourSide: OurSide, now: number): Dialog | undefined {
  const made = createUasDialog({ request: invite, response: reply(invite, 200, ourSide) })
  return made.ok ? { ...made.dialog, localCseq: secondOf(now) } : undefined
}

/**
 * The INVITE's transaction after its ACK (RFC 6026 §7.1 "Accepted"): it swallows what the network still repeats, so that
 * no second call comes of it. The 2xx of a former control is not repeated, so it needs no body here.
 */
export function answeredBefore({
  data,
  invite,
}: {
  data: SipLegData
  invite: SipRequest
}): TransactionSnapshot {
  const response = messageToText(reply(invite, 200, data))
  return { ...data.transaction, state: 'accepted', response, awaitingAck: false }
}
