import { contactPriorityOf } from '../message/fields/expiry.ts'
import { contactsOf } from '../message/headers.ts'
import type { SipResponse } from '../message/message.ts'
import { parseUri, serializeUri } from '../message/uri.ts'
import type { Target } from './call.ts'

/** RFC 3261 §8.1.3.4: 300 to 302 name other targets; 305 and 380 are not followed. */
export const isRedirection = ({ status }: SipResponse): boolean => status >= 300 && status <= 302

/** RFC 3261 §19.1.5: a URI from a Contact loses its headers and method before it becomes a Request-URI. */
function requestUri(text: string): string | undefined {
  const uri = parseUri(text)
  if (uri?.scheme === 'tel') return text
  if (uri?.scheme !== 'sip' && uri?.scheme !== 'sips') return undefined
  const params = uri.params.filter(({ name }) => name.toLowerCase() !== 'method')
  return serializeUri({ ...uri, params, headers: [] })
}

/**
 * The targets that are left with those of a 3xx: highest q first, none twice, none that was tried, never from sips down to
 * sip (RFC 3261 §8.1.3.4).
 */
export function redirected(
  response: SipResponse,
  { targets, tried, secure }: { targets: readonly Target[]; tried: readonly string[]; secure: boolean },
): Target[] {
  const found = contactsOf(response).flatMap(contact => {
    const uri = requestUri(contact.uri)
    return uri === undefined || (secure && !/^sips:/i.test(uri))
      ? []
      : [{ uri, q: contactPriorityOf(contact) }]
  })
  const fresh = [...targets, ...found].filter(({ uri }) => !tried.includes(uri))
  const once = fresh.filter(({ uri }, at) => fresh.findIndex(other => other.uri === uri) === at)
  return once.toSorted((a, b) => b.q - a.q)
}
