import { type Database, DatabaseError } from '../../database/index.ts'
import { writeAuditLine } from '../../privacy/index.ts'

export type StoredDevice = { id: string; member: string; name: string; username: string }

const columns = 'id, member, name, username'
const uniqueViolation = '23505'

/** Desk phones as members see them: role `app`, one organization at a time. Making and removing leaves a line in the audit log. */
export function createDevicesRepository(database: Pick<Database, 'asOrganization'>) {
  const as = database.asOrganization

  return {
    /** `member` left out: everybody's. */
    list: (order: { organization: string; member?: string }): Promise<StoredDevice[]> =>
      as(order.organization, sql =>
        sql.query<StoredDevice>(
          `select ${columns} from carriers.devices where $1::text is null or member = $1 order by lower(name), id`,
          [order.member ?? null],
        ),
      ),

    /** False: the username is somebody's. */
    insert: (order: InsertOrder): Promise<boolean> =>
      unlessTaken(() =>
        as(order.organization, async sql => {
          const { id, organization, member, name, username, sealedPassword } = order
          await sql.query(
            `insert into carriers.devices (id, organization, member, name, username, sealed_password)
             values ($1, $2, $3, $4, $5, $6)`,
            [id, organization, member, name, username, sealedPassword],
          )
          await writeAuditLine(sql, { ...order, act: 'device.made', subject: id })
        }),
      ),

    /** `member` left out: whoever's it is. False when there is none. */
    remove: (order: { organization: string; id: string; actor: string; member?: string }): Promise<boolean> =>
      as(order.organization, async sql => {
        const rows = await sql.query(
          `delete from carriers.devices where id = $1 and ($2::text is null or member = $2) returning id`,
          [order.id, order.member ?? null],
        )
        if (rows.length === 0) return false
        await writeAuditLine(sql, { ...order, act: 'device.removed', subject: order.id })
        return true
      }),
  }
}

export type InsertOrder = StoredDevice & { organization: string; actor: string; sealedPassword: Uint8Array }

export type DevicesRepository = ReturnType<typeof createDevicesRepository>

async function unlessTaken(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (error instanceof DatabaseError && error.sqlState === uniqueViolation) return false
    throw error
  }
}
