import type { RoleDatabase, RoleName } from '../database/index.ts'
import type { MasterKey } from './master-key.ts'
import { createSealer, type Sealer } from './seal.ts'
import { createVault, type Vault } from './vault.repository.ts'

export { writeAuditLine } from './audit-log.repository.ts'
export { isWithheld } from './caller-number.rules.ts'
export type { MasterKey } from './master-key.ts'
export { loadMasterKey } from './master-key.ts'
export { PrivacyError } from './privacy.errors.ts'
export { RawNumber } from './raw-number.ts'
export type { Sealer, SealPurpose } from './seal.ts'
export type { CallerId, Vault } from './vault.repository.ts'

export type Privacy = Vault & Sealer

export function createPrivacy(order: { master: MasterKey; engine: RoleDatabase }): Privacy {
  const sealer = createSealer(order.master)
  return { ...sealer, ...createVault({ ...order, sealer }) }
}

/** Signs sessions and cookies. */
export const signInSecret = (master: MasterKey): string => master.derive('sign-in').toString('base64url')

/** The password of a database role on a server of one's own, the same on every node. */
export const databasePassword = (master: MasterKey, role: RoleName): string =>
  master.derive(`database role ${role}`).toString('base64url')
