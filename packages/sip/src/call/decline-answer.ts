import { createUacDialog } from '../dialog/create.ts'
import { createAck, createInDialogRequest } from '../dialog/in-dialog-request.ts'
import { contactsOf } from '../message/headers.ts'
import { type Header, NO_BODY, type SipRequest, type SipResponse } from '../message/message.ts'

/**
 * The ACK and the BYE for a 2xx to our INVITE that nobody wants: of another branch of a fork (RFC 3261 §13.2.2.4), across a
 * CANCEL (§9.1), or for a call that is gone. Undefined when the 2xx names no Contact or tag.
 */
export function declineAnswer(
  response: SipResponse,
  headers: readonly Header[] = [],
): { readonly ack: SipRequest; readonly bye: SipRequest } | undefined {
  const uri = contactsOf(response)[0]?.uri
  if (uri === undefined) return undefined
  // The answer repeats all of the INVITE that its dialog needs.
  const request: SipRequest = {
    kind: 'request',
    method: 'INVITE',
    uri,
    headers: response.headers,
    body: NO_BODY,
  }
  const made = createUacDialog({ request, response })
  if (!made.ok) return undefined
  return {
    ack: createAck(made.dialog, response),
    bye: createInDialogRequest(made.dialog, { method: 'BYE', headers }).request,
  }
}
