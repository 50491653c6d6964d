import type { Header } from '@ringdown/sip'
import { limits } from './limits.rules.ts'

/** Who is refused because it is too much now, or the database is away, may try again (RFC 3261 §20.33). */
export const retryLater: Header = { name: 'Retry-After', value: String(limits.retryAfterSeconds) }
