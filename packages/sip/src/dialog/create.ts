import { callIdOf, contactsOf, cseqOf, fromOf, recordRoutesOf, toOf } from '../message/headers.ts'
import { isSuccess, type SipMessage, type SipRequest, type SipResponse } from '../message/message.ts'
import { serializeNameAddr, tagOf } from '../message/name-addr.ts'
import { parseUri } from '../message/uri.ts'
import type { Dialog, DialogResult } from './dialog.ts'

const contactUri = (message: SipMessage): string | undefined => {
  const uri = contactsOf(message)[0]?.uri
  return uri === undefined || parseUri(uri) === undefined ? undefined : uri
}

const makesDialog = (request: SipRequest, response: SipResponse): boolean =>
  request.method === 'INVITE' && response.status > 100 && response.status < 300

/**
 * The UAS side of a dialog (RFC 3261 §12.1.1) from an INVITE and our 101-199 or 2xx answer with a To tag.
 * Early for a provisional answer; make it again from the 2xx, or use `confirmDialog`.
 */
export function createUasDialog({
  request,
  response,
}: {
  request: SipRequest
  response: SipResponse
}): DialogResult {
  const from = fromOf(request)
  const to = toOf(response)
  const callId = callIdOf(request)
  const cseq = cseqOf(request)
  if (!makesDialog(request, response)) return { ok: false, code: 'dialog.not-made' }
  if (!from || !to || callId === undefined || cseq === undefined)
    return { ok: false, code: 'dialog.no-headers' }
  const localTag = tagOf(to)
  const remoteTarget = contactUri(request)
  if (localTag === undefined) return { ok: false, code: 'dialog.no-tag' }
  if (remoteTarget === undefined) return { ok: false, code: 'dialog.no-contact' }
  const dialog: Dialog = {
    version: 1,
    role: 'uas',
    state: isSuccess(response) ? 'confirmed' : 'early',
    callId,
    localTag,
    remoteTag: tagOf(from) ?? '',
    localUri: to.uri,
    remoteUri: from.uri,
    remoteCseq: cseq.number,
    remoteTarget,
    routeSet: recordRoutesOf(request).map(serializeNameAddr),
    secure: /^sips:/i.test(request.uri),
  }
  return { ok: true, dialog }
}

/**
 * The UAC side of a dialog (RFC 3261 §12.1.2) from our INVITE and a 101-199 or 2xx answer with a To tag. Each To tag
 * is a dialog of its own (forking).
 */
export function createUacDialog({
  request,
  response,
}: {
  request: SipRequest
  response: SipResponse
}): DialogResult {
  const from = fromOf(request)
  const to = toOf(response)
  const callId = callIdOf(request)
  const cseq = cseqOf(request)
  if (!makesDialog(request, response)) return { ok: false, code: 'dialog.not-made' }
  if (!from || !to || callId === undefined || cseq === undefined)
    return { ok: false, code: 'dialog.no-headers' }
  const remoteTag = tagOf(to)
  // A provisional answer may leave Contact out; until one comes, requests go where the INVITE went.
  const remoteTarget = contactUri(response) ?? (isSuccess(response) ? undefined : request.uri)
  if (remoteTag === undefined) return { ok: false, code: 'dialog.no-tag' }
  if (remoteTarget === undefined) return { ok: false, code: 'dialog.no-contact' }
  const dialog: Dialog = {
    version: 1,
    role: 'uac',
    state: isSuccess(response) ? 'confirmed' : 'early',
    callId,
    localTag: tagOf(from) ?? '',
    remoteTag,
    localUri: from.uri,
    remoteUri: to.uri,
    localCseq: cseq.number,
    remoteTarget,
    routeSet: recordRoutesOf(response).map(serializeNameAddr).reverse(),
    secure: /^sips:/i.test(request.uri),
  }
  return { ok: true, dialog }
}

/**
 * An early dialog after its 2xx (RFC 3261 §13.2.2.4 for the UAC: the route set and target are those of the 2xx).
 * A confirmed dialog is returned as it is.
 */
export function confirmDialog(dialog: Dialog, response: SipResponse): Dialog {
  if (dialog.state === 'confirmed' || !isSuccess(response)) return dialog
  if (dialog.role === 'uas') return { ...dialog, state: 'confirmed' }
  return {
    ...dialog,
    state: 'confirmed',
    remoteTarget: contactUri(response) ?? dialog.remoteTarget,
    routeSet: recordRoutesOf(response).map(serializeNameAddr).reverse(),
  }
}

/** The dialog after a target refresh: a re-INVITE or UPDATE of the peer, or its 2xx to ours (RFC 3261 §12.2). */
export const refreshTarget = (dialog: Dialog, message: SipMessage): Dialog => ({
  ...dialog,
  remoteTarget: contactUri(message) ?? dialog.remoteTarget,
})
