import type { Config } from '../config/index.ts'
import { createVerifyCaller, type VerifyCaller } from '../legs/sip/index.ts'
import type { Metrics } from '../operations/index.ts'

/** The check of what carriers sign about callers, where authorities are configured. Throws `AuthoritiesError`. */
export function composeCallerIdentity(order: { config: Config; metrics: Metrics }): {
  verifyCaller?: VerifyCaller
} {
  const { config, metrics } = order
  if (config.callerIdentity === undefined) return {}
  const verify = createVerifyCaller({ ...config.callerIdentity, now: Date.now })
  return {
    async verifyCaller(invite, signed) {
      const identity = await verify(invite, signed)
      const reason = identity.result === 'verified' ? identity.attestation : identity.reason
      metrics.callerIdentities.inc({ result: identity.result, reason })
      return identity
    },
  }
}
