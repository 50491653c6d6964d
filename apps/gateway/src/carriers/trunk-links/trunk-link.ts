import type { Bindings } from './bindings.ts'
import { startHealthLink } from './health-link.ts'
import { startRegistrationLink } from './registration-link.ts'
import type { LinkedTrunk } from './trunk-links.port.ts'
import type { LinkStates, TrunkLinksNeeds } from './trunk-links.ts'
import { hostLabel, type Party } from './trunk-requests.rules.ts'

/** One trunk's registrations (at every host at once) and health checks. */
export function createTrunkLink(trunk: LinkedTrunk, bindings: Pick<Bindings, 'set'>, needs: TrunkLinksNeeds) {
  const { id, settings } = trunk
  const { observer, clock } = needs
  const account = accountOf(trunk, needs)
  const party = (host: Party['host']): Party => ({
    host,
    settings,
    callId: needs.newToken(),
    fromTag: needs.newToken(),
  })

  const registrations = settings.hosts.flatMap(host => {
    const { registration } = settings
    if (!registration) return []
    const onChanged: Parameters<typeof startRegistrationLink>[0]['onChanged'] = ({ reason }) =>
      reason === null ? observer.well('registration', id) : observer.trouble('registration', id, reason)
    const { expiresS } = registration
    const place = { trunk: id, host: hostLabel(host) }
    const onBinding: Parameters<typeof startRegistrationLink>[0]['onBinding'] = bound =>
      bindings.set(place, bound)
    return [startRegistrationLink({ party: party(host), expiresS, account, onChanged, onBinding }, needs)]
  })

  const checks = settings.hosts.flatMap(host => {
    const { healthCheckS: everyS } = settings
    if (everyS === null) return []
    const onChanged: Parameters<typeof startHealthLink>[0]['onChanged'] = ({ state, reason }) =>
      state === 'up' ? observer.well('health', id) : observer.trouble('health', id, reason ?? 'down')
    return [startHealthLink({ party: party(host), everyS, onChanged }, needs)]
  })

  return {
    id,
    state: (): LinkStates => ({
      registrations: registrations.map(one => one.view()),
      hosts: checks.map(one => one.view()),
    }),
    /** Resolves when every host has answered, or after `limitMs`; then nothing more is said. */
    async stop(limitMs: number): Promise<void> {
      for (const check of checks) check.close()
      const late = Promise.withResolvers<void>()
      const stopWaiting = clock.after(limitMs, () => late.resolve())
      await Promise.race([Promise.all(registrations.map(one => one.stop())), late.promise])
      stopWaiting()
      for (const one of registrations) one.close()
    },
  }
}

export type TrunkLink = ReturnType<typeof createTrunkLink>

/** A password that does not open is said, and the host's own refusal is shown. */
function accountOf({ id, settings, sealedPassword }: LinkedTrunk, needs: TrunkLinksNeeds) {
  const { credentials } = settings
  if (!credentials || !sealedPassword) return null
  try {
    return { ...credentials, password: needs.openPassword({ row: id, sealed: sealedPassword }) }
  } catch {
    needs.observer.trouble('password', id, 'the password of the trunk does not open')
    return null
  }
}
