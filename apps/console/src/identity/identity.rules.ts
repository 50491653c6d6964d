import type { CallerIdentity } from '@ringdown/contract'

/** `sure`: the number may be relied on. `doubt`: it may be somebody else's. `wrong`: somebody wanted it to look like another's. */
export type IdentityTone = 'sure' | 'doubt' | 'wrong'

/**
 * How much an operator may rely on the number. Only attestation A speaks of it (RFC 8588 §4); B and C say who or what sent the call. No
 * check at all is no sign of anything: most calls of the world have none.
 */
export function identityTone(identity: CallerIdentity): IdentityTone {
  if (identity === 'A') return 'sure'
  return identity === 'failed' ? 'wrong' : 'doubt'
}
