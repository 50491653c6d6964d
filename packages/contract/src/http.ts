import { z } from 'zod'

/** `GET /api/v1/me`: who is signed in. 401 with `session.missing` otherwise. */
export const me = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  organization: z.object({ id: z.string(), name: z.string() }),
  role: z.enum(['owner', 'administrator', 'supervisor', 'operator']),
})
export type Me = z.infer<typeof me>

/**
 * `GET /api/v1/relays`: TURN servers by which a browser reaches the gateway where the direct way is closed, with credentials that are
 * the member's own. Empty: there are none.
 */
export const relayList = z.object({
  servers: z.array(z.object({ urls: z.array(z.string()), username: z.string(), credential: z.string() })),
  /** Seconds from the answer on in which the credentials open a relay. */
  expiresInS: z.number().int().min(1),
})
export type RelayList = z.infer<typeof relayList>

/** `GET /api/v1/about`: readable without a session; tells the sign-in page whether this is the demo. */
export const about = z.object({ product: z.literal('Ringdown'), version: z.string(), demo: z.boolean() })
export type About = z.infer<typeof about>
