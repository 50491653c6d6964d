import { randomBytes } from 'node:crypto'
import { type DigestCrypto, passwordHash } from '@ringdown/sip'
import type { Queries } from '../../database/index.ts'
import type { Device, DevicesPort, PasswordHashes } from '../../legs/sip/registrar/registrar.port.ts'
import { newPassword } from './new-credentials.ts'

export type DevicePasswordsNeeds = {
  sql: Pick<Queries, 'query'>
  realm: string
  crypto: DigestCrypto
  seal(order: { row: string; text: string }): Uint8Array
  open(order: { row: string; sealed: Uint8Array }): string
}

/** Finds the telephone of a username and what its password gives. Role `engine`: it alone reads sealed passwords. */
export function createDevicePasswords(needs: DevicePasswordsNeeds): DevicesPort {
  const { sql, realm, crypto, open } = needs
  // Stands in for the telephone that is not there: a password that nobody knows, sealed as theirs are.
  const nobody = { id: randomBytes(12).toString('hex'), password: newPassword() }
  const decoy = { id: nobody.id, sealedPassword: needs.seal({ row: nobody.id, text: nobody.password }) }

  function hashesOf(username: string, one: { id: string; sealedPassword: Uint8Array }): PasswordHashes {
    const password = open({ row: one.id, sealed: one.sealedPassword })
    const of = (hash: 'MD5' | 'SHA-256') => passwordHash({ username, realm, password, hash, crypto })
    return { MD5: of('MD5'), 'SHA-256': of('SHA-256') }
  }

  return {
    async find(username) {
      const [row] = await sql.query<Device & { sealedPassword: Uint8Array }>(
        `select id, organization, member, username, sealed_password as "sealedPassword"
         from carriers.devices where username = $1`,
        // No text of PostgreSQL holds a zero byte; no username of ours is as long.
        [username.replaceAll('\0', '').slice(0, 128)],
      )
      const passwordHashes = hashesOf(username, row ?? decoy)
      if (!row) return { device: undefined, passwordHashes }
      const { id, organization, member } = row
      return { device: { id, organization, member, username: row.username }, passwordHashes }
    },
  }
}
