import { createHmac } from 'node:crypto'
import type { RelayList } from '@ringdown/contract'

/** TURN servers that browsers may use, and the secret that we share with them; undefined: there are none. */
export type RelaySettings = { urls: readonly string[]; secret: string } | undefined

export type RelayCredentials = (user: string) => RelayList

/** OP-8. What is begun with a credential outlives it: the server asks for it when a relay is allocated. */
const termS = 600

/**
 * Credentials of one person for a short time, made here and checked by the TURN server without asking us: the time of their end and
 * who it is, and over that HMAC-SHA1 with the shared secret (draft-uberti-behave-turn-rest-00 §2.2, coturn's `use-auth-secret`).
 */
export function createRelayCredentials(settings: RelaySettings, now: () => number): RelayCredentials {
  return user => {
    if (!settings) return { servers: [], expiresInS: termS }
    const username = `${Math.floor(now() / 1000) + termS}:${user}`
    const credential = createHmac('sha1', settings.secret).update(username).digest('base64')
    return { servers: [{ urls: [...settings.urls], username, credential }], expiresInS: termS }
  }
}
