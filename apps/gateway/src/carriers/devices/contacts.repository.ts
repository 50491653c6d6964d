import type { Queries, RoleDatabase } from '../../database/index.ts'
import type { Contact, ContactsPort, Device } from '../../legs/sip/registrar/registrar.port.ts'

type Row = {
  device: string
  organization: string
  member: string
  username: string
  uri: string
  priority: number
  transport: Contact['flow']['transport']
  address: string
  port: number
  callId: string
  cseq: string
  userAgent: string | null
  expiresAt: Date
}

/** Desk phones' contacts as the registrar keeps them. Role `engine`: a telephone signs in before its organization is known. */
export function createContactsRepository(engine: RoleDatabase): ContactsPort {
  return {
    async read() {
      const rows = await engine.query<Row>(
        `select c.device, c.organization, d.member, d.username, c.uri, c.priority, c.transport, c.call_id as "callId",
           c.source_address as address, c.source_port as port, c.cseq, c.user_agent as "userAgent", c.expires_at as "expiresAt"
         from carriers.contacts c join carriers.devices d on d.id = c.device order by c.device, c.uri`,
      )
      const devices = Map.groupBy(rows, row => row.device)
      return [...devices.values()].map(ofDevice => ({
        device: deviceOf(ofDevice[0]!),
        contacts: ofDevice.map(contactOf),
      }))
    },

    async save({ device, kept, removed }) {
      return engine.transaction(async sql => {
        // Whoever removes the telephone meanwhile waits, and its contacts go with it.
        const found = await sql.query(`select 1 from carriers.devices where id = $1 for update`, [device.id])
        if (found.length === 0) return false
        await sql.query(`delete from carriers.contacts where device = $1 and uri = any($2::text[])`, [
          device.id,
          removed,
        ])
        for (const contact of kept) await upsert(sql, device, contact)
        return true
      })
    },

    async sweep(now) {
      await engine.query(`delete from carriers.contacts where expires_at <= $1`, [new Date(now)])
    },
  }
}

async function upsert(sql: Queries, device: Device, contact: Contact): Promise<void> {
  const { uri, priority, callId, cseq, userAgent, expiresAt, flow } = contact
  await sql.query(
    `insert into carriers.contacts (device, organization, uri, priority, transport, source_address, source_port,
       call_id, cseq, user_agent, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (device, uri) do update set priority = excluded.priority, transport = excluded.transport,
       source_address = excluded.source_address, source_port = excluded.source_port, call_id = excluded.call_id,
       cseq = excluded.cseq, user_agent = excluded.user_agent, expires_at = excluded.expires_at`,
    [
      ...[device.id, device.organization, uri, priority, flow.transport, flow.address, flow.port],
      ...[callId, cseq, userAgent, new Date(expiresAt)],
    ],
  )
}

const deviceOf = ({ device: id, organization, member, username }: Row): Device => ({
  id,
  organization,
  member,
  username,
})

function contactOf(row: Row): Contact {
  const { uri, priority, callId, userAgent, transport, address, port } = row
  return {
    uri,
    priority,
    callId,
    cseq: Number(row.cseq),
    expiresAt: row.expiresAt.getTime(),
    userAgent,
    flow: { transport, address, port },
  }
}
