import { about, me } from '@ringdown/contract'
import { createAuthClient } from 'better-auth/client'
import type { SessionErrorCode, SessionPort } from './session.port.ts'

/** Signs in through Better Auth at `/api/auth`; the session is a cookie that this page never sees. */
export function createBrowserSession(): SessionPort {
  const client = createAuthClient({ baseURL: location.origin })
  return {
    me: async () => {
      const answer = await get('/api/v1/me')
      if (answer === null) return 'unreachable'
      if (answer.status === 401 || answer.status === 403) return null
      return me.safeParse(answer.body).data ?? 'unreachable'
    },
    about: async () => about.safeParse((await get('/api/v1/about'))?.body).data ?? null,
    signIn: async credentials => {
      try {
        const { error } = await client.signIn.email(credentials)
        return error ? errorOf(error.status) : null
      } catch {
        return 'unreachable'
      }
    },
    signOut: async () => {
      // Signed out here either way: what the gateway could not be told, its session's term ends.
      await client.signOut().catch(() => {})
    },
  }
}

async function get(path: string): Promise<{ status: number; body: unknown } | null> {
  try {
    const response = await fetch(path, { headers: { accept: 'application/json' }, cache: 'no-store' })
    if (response.status >= 500) return null
    return { status: response.status, body: await response.json() }
  } catch {
    return null
  }
}

function errorOf(status: number): SessionErrorCode {
  if (status === 429) return 'too-many'
  return status >= 500 || status === 0 ? 'unreachable' : 'credentials'
}
