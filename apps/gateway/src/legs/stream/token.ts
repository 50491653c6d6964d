import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { LegId } from '../leg.port.ts'

/** How long a token is good, from the carrier's instructions to the stream's `start`. ms. */
const tokenLifeMs = 60_000

/** What is kept of a token: enough to recognise it, not enough to make it. */
export type TokenMark = {
  /** SHA-256, base64url. */
  hash: string
  /** ms since the epoch. */
  expiresAt: number
}

/** A new single-use token for the next stream of a leg: `<leg>.<256 random bits>`. */
export function mintToken({ leg, now }: { leg: LegId; now: number }): { token: string; mark: TokenMark } {
  const token = `${leg}.${randomBytes(32).toString('base64url')}`
  return { token, mark: { hash: hashOf(token), expiresAt: now + tokenLifeMs } }
}

/** The leg that a token claims to be for; nothing is proven by it. */
export function legOfToken(token: string): LegId | undefined {
  const dot = token.lastIndexOf('.')
  return dot > 0 ? token.slice(0, dot) : undefined
}

export function matches(mark: TokenMark, token: string): boolean {
  return timingSafeEqual(Buffer.from(mark.hash), Buffer.from(hashOf(token)))
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
