import { trunkDefaults } from '@ringdown/contract'
import type { Trunk } from '../sip.port.ts'
import type { Device } from './registrar.port.ts'

/** A person calls with one hand. */
const limits = { calls: 4, callsPerSecond: 2 }

/**
 * A desk phone that calls, as the rest of signalling takes it: a trunk of its own, with the numbers of its organization. Its caller is
 * known by the telephone's username, which is no number and always the same.
 */
export const callerOf = (device: Device): Trunk => ({
  id: `device ${device.id}`,
  organization: device.organization,
  settings: { ...trunkDefaults, encryption: 'optional', limits },
  device: { username: device.username },
})
