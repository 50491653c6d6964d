import { createHmac, timingSafeEqual } from 'node:crypto'
import { untilAnswered } from './answers.rules.ts'

type SignedForm = { authToken: string; url: string; form: URLSearchParams }

/**
 * Twilio's signature of a form post: base64 HMAC-SHA1, keyed with the account's auth token, over the whole URL followed
 * by every parameter's name and value, sorted by name; a value that is repeated counts once.
 * https://www.twilio.com/docs/usage/security#validating-requests
 */
export function signatureOf({ authToken, url, form }: SignedForm): string {
  const names = [...new Set(form.keys())].sort()
  const parameters = names.flatMap(name => [...new Set(form.getAll(name))].sort().map(value => name + value))
  return createHmac('sha1', authToken)
    .update(url + parameters.join(''))
    .digest('base64')
}

/**
 * True where the signature is the account's, in constant time. Twilio may sign with or without the standard port, and does
 * not say whether it signs our overrides, which it never sends.
 */
export function isSigned({ signature, ...request }: SignedForm & { signature: string }): boolean {
  const given = Buffer.from(signature)
  let signed = false
  const urls = [withPort(request.url), withoutPort(request.url)]
  for (const url of urls.flatMap(one => [one, one + untilAnswered])) {
    const expected = Buffer.from(signatureOf({ ...request, url }))
    if (given.length === expected.length && timingSafeEqual(given, expected)) signed = true
  }
  return signed
}

const addressOf = /^(https?:\/\/)(\[[^\]]*\]|[^/:?#]*)(:\d+)?/

function withoutPort(url: string): string {
  return url.replace(addressOf, '$1$2')
}

function withPort(url: string): string {
  return url.replace(
    addressOf,
    (_, scheme: string, host: string, port?: string) =>
      scheme + host + (port ?? (scheme === 'https://' ? ':443' : ':80')),
  )
}
