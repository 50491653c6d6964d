import { errorBody, trunkList, trunkView } from '@ringdown/contract'
import type { TrunksOutcome, TrunksPort } from './trunks.port.ts'

const path = '/api/v1/trunks'
const answerWithinMs = 20_000

type Reader<T> = (body: unknown) => T | undefined

/** Trunks over HTTP, as whoever is signed in at this page. */
export function createBrowserTrunks(): TrunksPort {
  const one: Reader<ReturnType<typeof trunkView.parse>> = body => trunkView.safeParse(body).data
  const at = (id: string) => `${path}/${encodeURIComponent(id)}`
  return {
    list: () => ask({ method: 'GET', path }, body => trunkList.safeParse(body).data?.trunks),
    add: change => ask({ method: 'POST', path, body: change }, one),
    change: (id, change) => ask({ method: 'PUT', path: at(id), body: change }, one),
    remove: id => ask({ method: 'DELETE', path: at(id) }, () => null),
  }
}

async function ask<T>(
  order: { method: string; path: string; body?: unknown },
  read: Reader<T>,
): Promise<TrunksOutcome<T>> {
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
