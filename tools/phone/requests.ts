import type { IncomingMessage } from 'node:http'

/** What the page asks for when somebody dials. */
export type CallOrder = { to: string; from: string; listenOnly: boolean }

/** A request that cannot be served, with the answer it gets. */
export class RequestError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const longestBody = 64_000
const number = /^\+?[0-9]{3,15}$/

/**
 * Refuses what does not come from our own page: another web site may not make this machine call somebody, and no other
 * name may lead here (DNS rebinding).
 *
 * @throws RequestError 403
 */
export function requireOwnPage(request: IncomingMessage): void {
  const { host = '', origin } = request.headers
  const isLocal = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host)
  const isOwn = origin === undefined ? request.method === 'GET' : origin === `http://${host}`
  if (!isLocal || !isOwn) throw new RequestError(403, 'This telephone is only for pages of this machine.')
}

/** @throws RequestError 400 or 413 */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > longestBody) throw new RequestError(413, 'That is too long.')
    chunks.push(chunk)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Said below, the same for all that is no object.
  }
  throw new RequestError(400, 'A JSON object was expected.')
}

/** @throws RequestError 400, with a sentence for the person at the telephone */
export function callOrderOf({ to, from, listenOnly }: Record<string, unknown>): CallOrder {
  if (typeof to !== 'string' || !number.test(to)) {
    throw new RequestError(400, 'The number to call needs 3 to 15 digits, with or without a plus.')
  }
  if (typeof from !== 'string' || !number.test(from)) {
    throw new RequestError(400, 'Your own number needs 3 to 15 digits, with or without a plus.')
  }
  return { to, from, listenOnly: listenOnly === true }
}

/** @throws RequestError 400 */
export function digitsOf({ digits }: Record<string, unknown>): string {
  if (typeof digits === 'string' && /^[0-9*#A-D]{1,32}$/.test(digits)) return digits
  throw new RequestError(400, 'Those are no keys of a telephone.')
}

/** @throws RequestError 400 */
export function sdpOf({ sdp }: Record<string, unknown>): string {
  if (typeof sdp === 'string' && sdp.startsWith('v=0')) return sdp
  throw new RequestError(400, 'A session description was expected.')
}
