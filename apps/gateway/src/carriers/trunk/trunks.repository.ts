import { randomUUID } from 'node:crypto'
import { type TrunkSettings, trunkDefaults } from '@ringdown/contract'
import { type Database, DatabaseError, type Queries } from '../../database/index.ts'
import { writeAuditLine } from '../../privacy/index.ts'
import { columnsOf, readTrunkSettings } from './trunk-settings.rules.ts'

export type StoredTrunk = { id: string; version: number; settings: TrunkSettings; hasPassword: boolean }

/** `name taken`: another trunk of the organization has it. `changed`: the version is not the one that stands there. */
export type SaveResult = { type: 'saved'; id: string } | { type: 'name taken' | 'changed' | 'unknown' }

type Row = {
  id: string
  version: number
  name: string
  enabled: boolean
  addresses: string[]
  settings: unknown
  hasPassword: boolean
}

const columns = `id, version, name, enabled, addresses::text[] as addresses, settings, has_password as "hasPassword"`

/** 192.0.2.7/24 is written as people know it; the type wants the network. */
const networks = (parameter: string) => `array(select network(a::inet) from unnest(${parameter}::text[]) a)`

const uniqueViolation = '23505'

/** Trunks as administrators see them: role `app`, one organization at a time. Each change leaves a line in the audit log. */
export function createTrunksRepository(database: Pick<Database, 'asOrganization'>) {
  const as = database.asOrganization

  return {
    list: (organization: string): Promise<StoredTrunk[]> =>
      as(organization, async sql => {
        const rows = await sql.query<Row>(`select ${columns} from carriers.trunks order by lower(name)`)
        return rows.map(stored)
      }),

    find: (organization: string, id: string): Promise<StoredTrunk | undefined> =>
      as(organization, async sql => {
        const [row] = await sql.query<Row>(`select ${columns} from carriers.trunks where id = $1`, [id])
        return row && stored(row)
      }),

    insert: (order: SaveOrder): Promise<SaveResult> =>
      unlessTaken(() =>
        as(order.organization, async sql => {
          const { name, addresses, enabled, settings } = columnsOf(order.settings)
          const { id } = order
          await sql.query(
            `insert into carriers.trunks (id, organization, name, addresses, enabled, settings, sealed_password)
             values ($1, $2, $3, ${networks('$4')}, $5, $6, $7)`,
            [id, order.organization, name, addresses, enabled, settings, passwordOf(order)],
          )
          await writeAuditLine(sql, { ...order, act: 'trunk.made', subject: id })
          return { type: 'saved', id }
        }),
      ),

    update: (order: SaveOrder & { version: number }): Promise<SaveResult> =>
      unlessTaken(() =>
        as(order.organization, async sql => {
          const { name, addresses, enabled, settings } = columnsOf(order.settings)
          const [row] = await sql.query<{ id: string }>(
            `update carriers.trunks set name = $2, addresses = ${networks('$3')}, enabled = $4, settings = $5,
               version = version + 1, changed_at = now()
             where id = $1 and version = $6 returning id`,
            [order.id, name, addresses, enabled, settings, order.version],
          )
          if (!row) return { type: (await exists(sql, order.id)) ? 'changed' : 'unknown' }
          await setPassword(sql, order)
          await writeAuditLine(sql, { ...order, act: 'trunk.changed', subject: order.id })
          return { type: 'saved', id: order.id }
        }),
      ),

    remove: (order: { organization: string; id: string; actor: string }): Promise<boolean> =>
      as(order.organization, async sql => {
        const rows = await sql.query(`delete from carriers.trunks where id = $1 returning id`, [order.id])
        if (rows.length === 0) return false
        await writeAuditLine(sql, { ...order, act: 'trunk.removed', subject: order.id })
        return true
      }),
  }
}

export type SaveOrder = {
  organization: string
  /** The member who does it. */
  actor: string
  id: string
  settings: TrunkSettings
  sealedPassword?: Uint8Array | undefined
}

export type TrunksRepository = ReturnType<typeof createTrunksRepository>

export const newTrunkId = () => `trunk_${randomUUID()}`

/** What cannot be read any more is shown switched off, so that somebody can fill it in again. */
function stored(row: Row): StoredTrunk {
  const { id, version, hasPassword, name } = row
  const settings = readTrunkSettings(row) ?? { ...trunkDefaults, name, enabled: false }
  return { id, version, hasPassword, settings }
}

async function exists(sql: Queries, id: string): Promise<boolean> {
  return (await sql.query(`select 1 from carriers.trunks where id = $1`, [id])).length > 0
}

const passwordOf = ({ settings, sealedPassword }: SaveOrder): Uint8Array | null =>
  settings.credentials === null ? null : (sealedPassword ?? null)

/** One that was not sent stays as it is; without a user name it belongs to nobody and is forgotten. */
async function setPassword(sql: Queries, order: SaveOrder): Promise<void> {
  const { id, sealedPassword, settings } = order
  if (settings.credentials === null)
    await sql.query(`update carriers.trunks set sealed_password = null where id = $1`, [id])
  else if (sealedPassword)
    await sql.query(`update carriers.trunks set sealed_password = $2 where id = $1`, [id, sealedPassword])
}

async function unlessTaken(work: () => Promise<SaveResult>): Promise<SaveResult> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === uniqueViolation) return { type: 'name taken' }
    throw error
  }
}
