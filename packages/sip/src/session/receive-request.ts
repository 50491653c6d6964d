import { receiveInDialog } from '../dialog/match.ts'
import type { TransactionId } from '../layer/ports.ts'
import { createResponse } from '../message/build.ts'
import type { SipRequest } from '../message/message.ts'
import { respond, tell } from './effects.ts'
import { receiveBye } from './ending.ts'
import { receiveOffer } from './peer-offer.ts'
import { capabilityHeaders } from './profile.ts'
import { type Session, type SessionStep, step } from './session.ts'

/** A request of the peer inside the dialog (RFC 3261 §12.2.2). */
export function receiveRequest(session: Session, id: TransactionId, request: SipRequest): SessionStep {
  const verdict = receiveInDialog(session.dialog, request)
  const refuse = (status: number): SessionStep => step(session, respond(id, createResponse(request, status)))
  // RFC 3261 §12.2.2: a CSeq that is not higher is out of order; one already seen came in another transaction.
  if (verdict.type !== 'accepted') return refuse(verdict.type === 'refused' ? verdict.status : 500)
  const next = { ...session, dialog: verdict.dialog }
  if (request.method === 'BYE' && session.phase !== 'over') return receiveBye(next, id, request)
  // RFC 3261 §15.1.1: after a BYE the dialog is gone.
  if (session.phase === 'ending' || session.phase === 'over') return refuse(481)
  return takeRequest(next, id, request)
}

function takeRequest(session: Session, id: TransactionId, request: SipRequest): SessionStep {
  const { profile } = session
  switch (request.method) {
    case 'INVITE':
    case 'UPDATE':
      return receiveOffer(session, id, request)
    // RFC 3261 §11.2.
    case 'OPTIONS':
      return step(session, respond(id, createResponse(request, 200, { headers: capabilityHeaders(profile) })))
    // RFC 3262 §3: no reliable provisional response waits for it.
    case 'PRACK':
      return step(session, respond(id, createResponse(request, 481)))
    default:
      // RFC 3261 §8.2.1.
      return profile.methods.includes(request.method)
        ? step(session, tell({ type: 'request', id, request }))
        : step(session, respond(id, createResponse(request, 405, { headers: capabilityHeaders(profile) })))
  }
}
