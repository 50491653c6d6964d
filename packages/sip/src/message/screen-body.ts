import { contentDispositionOf, contentEncodingsOf, mediaTypeOf } from './fields/content.ts'
import { type BodyPart, bodyPartsOf } from './fields/multipart.ts'
import type { Header, SipRequest } from './message.ts'

/** Why the body of a request is refused, and how. */
export interface BodyRefusal {
  readonly reason: 'body.syntax' | 'body.limits' | 'body.type' | 'body.encoding'
  readonly status: 400 | 413 | 415
  readonly headers: readonly Header[]
}

/**
 * RFC 3261 §8.2.3: a body that is not understood is refused, unless its sender says that it is optional. Of a multipart body one part
 * must be understood, and each that its sender says is required (RFC 5621 §7.2); what is said of neither, as of most signalling
 * and places that networks put beside a session description, is passed over. `types` in lower case.
 */
export function screenBody(request: SipRequest, types: readonly string[]): BodyRefusal | undefined {
  if (request.body.length === 0 || contentDispositionOf(request).optional) return undefined
  if (contentEncodingsOf(request).length > 0)
    return refuse(415, 'body.encoding', { name: 'Accept-Encoding', value: 'identity' })
  const refuseType = refuse(415, 'body.type', { name: 'Accept', value: types.join(', ') })
  const type = mediaTypeOf(request)?.type
  if (type === undefined || !types.includes(type)) return refuseType
  const bodies = bodyPartsOf(request)
  if (!bodies.ok)
    return bodies.code === 'body.syntax' ? refuse(400, 'body.syntax') : refuse(413, 'body.limits')
  const foreign = bodies.parts.filter(part => !types.includes(mediaTypeOf(part)?.type ?? 'text/plain'))
  // RFC 2046 §5.1.4: of alternatives one is enough.
  const isBroken = type !== 'multipart/alternative' && foreign.some(isRequired)
  const isEmpty = foreign.length === bodies.parts.length && !foreign.every(isOptional)
  return isBroken || isEmpty ? refuseType : undefined
}

const isRequired = (part: BodyPart): boolean => contentDispositionOf(part).required
const isOptional = (part: BodyPart): boolean => contentDispositionOf(part).optional

const refuse = (
  status: BodyRefusal['status'],
  reason: BodyRefusal['reason'],
  ...headers: readonly Header[]
): BodyRefusal => ({ status, reason, headers })
