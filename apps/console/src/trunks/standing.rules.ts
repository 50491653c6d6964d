import type { HostHealth, RegistrationState, TrunkView } from '@ringdown/contract'

export type Tone = 'good' | 'wait' | 'trouble' | 'quiet'

export type Standing =
  | 'off'
  | 'registration-failed'
  | 'down'
  | 'partly-down'
  | 'registering'
  | 'working'
  | 'not-checked'

export const standingTones: Record<Standing, Tone> = {
  off: 'quiet',
  'registration-failed': 'trouble',
  down: 'trouble',
  'partly-down': 'wait',
  registering: 'wait',
  working: 'good',
  'not-checked': 'quiet',
}

export const registrationTones: Record<RegistrationState['state'], Tone> = {
  registering: 'wait',
  registered: 'good',
  failed: 'trouble',
}

export const hostTones: Record<HostHealth['state'], Tone> = { unknown: 'quiet', up: 'good', down: 'trouble' }

/** How a trunk is doing, in one word: the worst of what is known of it. */
export function standingOf(trunk: Pick<TrunkView, 'settings' | 'state'>): Standing {
  const { registrations, hosts } = trunk.state
  if (!trunk.settings.enabled) return 'off'
  if (hosts.length > 0 && hosts.every(({ state }) => state === 'down')) return 'down'
  if (registrations.some(({ state }) => state === 'failed')) return 'registration-failed'
  if (hosts.some(({ state }) => state === 'down')) return 'partly-down'
  if (registrations.some(({ state }) => state === 'registering')) return 'registering'
  const seen = registrations.length > 0 || hosts.some(({ state }) => state === 'up')
  return seen ? 'working' : 'not-checked'
}
