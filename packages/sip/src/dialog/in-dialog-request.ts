import { createRequest, type RequestOptions } from '../message/build.ts'
import { cseqOf, routesOf } from '../message/headers.ts'
import type { SipRequest, SipResponse } from '../message/message.ts'
import { parseNameAddr } from '../message/name-addr.ts'
import { isLooseRouter, parseUri, serializeUri } from '../message/uri.ts'
import type { Dialog } from './dialog.ts'

type Content = Pick<RequestOptions, 'headers' | 'body' | 'contentType' | 'contact'>

/**
 * The next request in a dialog (RFC 3261 §12.2.1.1): CSeq one higher, route set applied. Store the returned dialog
 * before the request is sent. For ACK use `createAck`.
 */
export function createInDialogRequest(
  dialog: Dialog,
  { method, ...content }: Content & { readonly method: string },
): { readonly dialog: Dialog; readonly request: SipRequest } {
  const cseq = (dialog.localCseq ?? 0) + 1
  return { dialog: { ...dialog, localCseq: cseq }, request: build(dialog, method, cseq, content) }
}

/** The ACK for a 2xx to our INVITE (RFC 3261 §13.2.2.4), with the CSeq number of that INVITE. */
export const createAck = (dialog: Dialog, response: SipResponse, content: Content = {}): SipRequest =>
  build(dialog, 'ACK', cseqOf(response)?.number ?? dialog.localCseq ?? 0, content)

function build(dialog: Dialog, method: string, cseq: number, content: Content): SipRequest {
  const { uri, routes } = routing(dialog)
  const tag = (value: string) => (value === '' ? [] : [{ name: 'tag', value }])
  return createRequest({
    method,
    uri,
    routes,
    from: { uri: dialog.localUri, params: tag(dialog.localTag) },
    to: { uri: dialog.remoteUri, params: tag(dialog.remoteTag) },
    callId: dialog.callId,
    cseq,
    ...content,
  })
}

// RFC 3261 §12.2.1.1: a first route without `lr` is a strict router; it wants its own URI in the request line and the
// remote target as the last Route.
function routing(dialog: Dialog): { uri: string; routes: readonly string[] } {
  const [first, ...rest] = dialog.routeSet
  const firstUri = first === undefined ? undefined : parseNameAddr(first)?.uri
  const parsed = firstUri === undefined ? undefined : parseUri(firstUri)
  if (parsed === undefined || isLooseRouter(parsed))
    return { uri: dialog.remoteTarget, routes: dialog.routeSet }
  const uri =
    parsed.scheme === 'sip' || parsed.scheme === 'sips' ? serializeUri({ ...parsed, headers: [] }) : firstUri!
  return { uri, routes: [...rest, `<${dialog.remoteTarget}>`] }
}

/**
 * The URI a request is sent to (RFC 3261 §8.1.2): the first Route when it is a loose router, else the Request-URI.
 */
export function nextHop(request: SipRequest): string {
  const route = routesOf(request)[0]?.uri
  const uri = route === undefined ? undefined : parseUri(route)
  return route !== undefined && uri !== undefined && isLooseRouter(uri) ? route : request.uri
}
