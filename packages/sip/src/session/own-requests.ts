import { createInDialogRequest } from '../dialog/in-dialog-request.ts'
import { cseqOf } from '../message/headers.ts'
import type { SipResponse } from '../message/message.ts'
import { sendRequest, tell, unexpected } from './effects.ts'
import { capabilityHeaders, contactOf } from './profile.ts'
import { type OwnRequest, type Session, type SessionInput, type SessionStep, step } from './session.ts'

export type NewRequest = Pick<OwnRequest, 'method'> & Partial<Omit<OwnRequest, 'method' | 'cseq'>>

const REFRESHES_TARGET = ['INVITE', 'UPDATE']
// RFC 3515 §2.2, RFC 6665 §8.2.1: these carry a Contact too.
const HAS_CONTACT = [...REFRESHES_TARGET, 'REFER', 'NOTIFY', 'SUBSCRIBE']

/** Sends a request in the dialog (RFC 3261 §12.2.1) and waits for its answer. */
export function sendOwn(session: Session, order: NewRequest): SessionStep {
  const { profile } = session
  const { method, headers = [], body, contentType } = order
  const always = REFRESHES_TARGET.includes(method) ? capabilityHeaders(profile) : (profile.headers ?? [])
  const { dialog, request } = createInDialogRequest(session.dialog, {
    method,
    headers: [...always, ...headers],
    ...(HAS_CONTACT.includes(method) ? { contact: contactOf(profile) } : {}),
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { contentType }),
  })
  const own: OwnRequest = {
    offers: false,
    refreshes: false,
    challenges: 0,
    ...order,
    headers,
    cseq: dialog.localCseq ?? 0,
  }
  return step({ ...session, dialog, ours: [...session.ours, own] }, sendRequest(request))
}

/** The request of ours that a response answers (RFC 3261 §17.1.3 within the dialog). */
export function answeredOwn({ ours }: Session, response: SipResponse): OwnRequest | undefined {
  const cseq = cseqOf(response)
  return ours.find(({ method, cseq: number }) => method === cseq?.method && number === cseq.number)
}

export const without = (session: Session, own: OwnRequest): Session => ({
  ...session,
  ours: session.ours.filter(({ cseq }) => cseq !== own.cseq),
})

/** How often one request is sent with new credentials: once for the challenge, once for a stale nonce. */
export const MOST_CHALLENGES = 2

export const isChallenge = ({ status }: SipResponse): boolean => status === 401 || status === 407

/** RFC 3261 §22.2: the user is asked for credentials, and the request waits. */
export function challenge(session: Session, own: OwnRequest, response: SipResponse): SessionStep {
  const { method, cseq } = own
  const ours = session.ours.map(o => (o.cseq === cseq ? { ...o, challenged: response.status } : o))
  const uri = session.dialog.remoteTarget
  return step({ ...session, ours }, tell({ type: 'challenged', method, uri, cseq, response }))
}

/** RFC 3261 §22.2: the request again, with credentials and the next CSeq. Undefined without credentials. */
export function authorize(
  session: Session,
  input: Extract<SessionInput, { type: 'authorize' }>,
): SessionStep | { readonly given: 'up'; readonly own: OwnRequest } {
  const own = session.ours.find(({ cseq, challenged }) => cseq === input.cseq && challenged !== undefined)
  if (own === undefined) return step(session, unexpected(input))
  if (input.headers.length === 0) return { given: 'up', own }
  const { challenged: _, cseq: __, ...again } = own
  return sendOwn(without(session, own), {
    ...again,
    headers: [...own.headers.filter(({ name }) => !/^(proxy-)?authorization$/i.test(name)), ...input.headers],
    challenges: own.challenges + 1,
  })
}
