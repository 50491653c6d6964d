import { createHmac } from 'node:crypto'

/** `X-Twilio-Signature` of a request. https://www.twilio.com/docs/usage/security#validating-requests */
export function signRequest(request: {
  authToken: string
  url: string
  parameters: Record<string, string>
}): string {
  const sorted = Object.entries(request.parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHmac('sha1', request.authToken)
    .update(request.url + sorted.map(([name, value]) => name + value).join(''))
    .digest('base64')
}
