import { z } from 'zod'

/** `GET /api/v1/me`: who is signed in. 401 with `session.missing` otherwise. */
export const me = z.object({
  user: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  organization: z.object({ id: z.string(), name: z.string() }),
  role: z.enum(['owner', 'administrator', 'supervisor', 'operator']),
})
export type Me = z.infer<typeof me>

/** `GET /api/v1/about`: readable without a session; tells the sign-in page whether this is the demo. */
export const about = z.object({ product: z.literal('Ringdown'), version: z.string(), demo: z.boolean() })
export type About = z.infer<typeof about>
