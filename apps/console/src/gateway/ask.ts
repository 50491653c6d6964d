import { errorBody } from '@ringdown/contract'
import type { Outcome } from './outcome.ts'

const answerWithinMs = 20_000

/** What an answer's body says; undefined when it cannot be understood. */
export type Reader<T> = (body: unknown) => T | undefined

/** One request to the gateway's API, as whoever is signed in at this page. Never rejects. */
export async function ask<T>(
  order: { method: string; path: string; body?: unknown },
  read: Reader<T>,
): Promise<Outcome<T>> {
  try {
    const response = await fetch(order.path, {
      method: order.method,
      cache: 'no-store',
      signal: AbortSignal.timeout(answerWithinMs),
      ...(order.body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(order.body),
      }),
    })
    const body: unknown = response.status === 204 ? null : await response.json()
    const value = response.ok ? read(body) : undefined
    if (value !== undefined) return { ok: true, value }
    const failure = errorBody.safeParse(body).data?.error
    return { ok: false, failure: failure ?? { code: 'gateway.internal', message: '' } }
  } catch {
    return { ok: false, failure: { code: 'live.away', message: '' } }
  }
}
