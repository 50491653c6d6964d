import { createHmac, randomBytes, randomInt } from 'node:crypto'
import { DatabaseError, type RoleDatabase } from '../database/index.ts'
import { normaliseNumber } from './caller-number.rules.ts'
import { makeMask } from './mask.rules.ts'
import type { MasterKey } from './master-key.ts'
import { RawNumber } from './raw-number.ts'
import type { Sealer } from './seal.ts'

declare const callerIdBrand: unique symbol

/** Opaque reference to a caller in the vault. It says nothing about the number and cannot be turned back into it. */
export type CallerId = string & { readonly [callerIdBrand]: true }

export interface Vault {
  /**
   * Puts a caller's number away. The same number gives the same id as long as its blind index is kept; a caller who
   * withholds the number gets a new one each time.
   */
  storeCaller(order: { organization: string; number: RawNumber }): Promise<CallerId>
  /** The pseudonym under which people see this caller; undefined when the vault does not know the id. */
  maskOf(order: { organization: string; caller: CallerId }): Promise<string | undefined>
}

type Parts = { engine: RoleDatabase; master: MasterKey; sealer: Sealer }

export function createVault(parts: Parts): Vault {
  const indexKey = parts.master.derive('blind index')
  return {
    async storeCaller({ organization, number }) {
      const plain = normaliseNumber(RawNumber.read(number))
      if (plain === undefined) return insertCaller({ ...parts, organization, plain: undefined, index: null })
      // The organization is part of the hash: two organizations cannot find out that they know the same caller.
      const index = createHmac('sha256', indexKey).update(`${organization}\0${plain}`).digest()
      const known = await findCaller({ ...parts, organization, plain, index })
      return known ?? insertCaller({ ...parts, organization, plain, index })
    },
    async maskOf({ organization, caller }) {
      const [row] = await parts.engine.query<{ mask: string }>(
        'SELECT mask FROM privacy.callers WHERE organization = $1 AND id = $2',
        [organization, caller],
      )
      return row?.mask
    },
  }
}

type Numbered = Parts & { organization: string; plain: string; index: Buffer }

async function findCaller(order: Numbered): Promise<CallerId | undefined> {
  const { engine, sealer, organization, plain } = order
  const [row] = await engine.query<{ id: CallerId; purged: boolean }>(
    `SELECT id, sealed_number IS NULL AS purged FROM privacy.callers WHERE organization = $1 AND blind_index = $2`,
    [organization, order.index],
  )
  if (row?.purged) {
    // Retention deleted the number; the caller is here again, and a call-back needs it.
    const sealed = sealer.seal({ purpose: 'caller-number', row: row.id, text: plain })
    await engine.query('UPDATE privacy.callers SET sealed_number = $2 WHERE id = $1', [row.id, sealed])
  }
  return row?.id
}

/** Short pseudonyms first; after so many that are taken, longer ones. */
const attempts = 12
const attemptsPerLength = 4

type NewCaller = Parts & { organization: string; plain: string | undefined; index: Buffer | null }

async function insertCaller(order: NewCaller): Promise<CallerId> {
  const { engine, sealer, organization, plain, index } = order
  const id = `caller_${randomBytes(15).toString('base64url')}`
  const sealed = plain === undefined ? null : sealer.seal({ purpose: 'caller-number', row: id, text: plain })
  for (let attempt = 0; ; attempt += 1) {
    const mask = makeMask(randomInt, 2 + Math.floor(attempt / attemptsPerLength))
    try {
      // Of two calls by one caller at once, both get the row of the first.
      const [row] = await engine.query<{ id: CallerId }>(
        `INSERT INTO privacy.callers (id, organization, sealed_number, blind_index, mask) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (organization, blind_index) DO UPDATE SET blind_index = EXCLUDED.blind_index
         RETURNING id`,
        [id, organization, sealed, index, mask],
      )
      return row!.id
    } catch (error) {
      const taken = error instanceof DatabaseError && error.constraint === 'callers_organization_mask_key'
      if (!taken || attempt + 1 >= attempts) throw error
    }
  }
}
