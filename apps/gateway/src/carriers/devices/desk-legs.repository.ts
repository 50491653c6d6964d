import type { Queries } from '../../database/index.ts'
import type { DeskLegRecord, DeskLegsPort } from '../../legs/desk/desk-lines.port.ts'

type Row = Omit<DeskLegRecord, 'data'> & { sealed: Uint8Array }

/** Called desk phones of one node. Role `engine`. A leg's seal is bound to its id. */
export function createDeskLegsRepository(needs: {
  sql: Queries
  seal: { seal(text: string, row: string): Uint8Array; open(sealed: Uint8Array, row: string): string }
  node: string
}): DeskLegsPort {
  const { sql, seal, node } = needs
  const remove = async (leg: string) => {
    await sql.query('delete from calls.desk_legs where leg = $1', [leg])
  }
  return {
    async add({ leg, call, organization, operator, worker, endpoint, data }) {
      await sql.query(
        `insert into calls.desk_legs (leg, call, organization, operator, worker, endpoint, sealed, node)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [leg, call, organization, operator, worker, endpoint, Buffer.from(seal.seal(data, leg)), node],
      )
    },

    async keep(leg, data) {
      await sql.query('update calls.desk_legs set sealed = $2 where leg = $1', [
        leg,
        Buffer.from(seal.seal(data, leg)),
      ])
    },

    async moved(leg, { worker, endpoint }) {
      await sql.query('update calls.desk_legs set worker = $2, endpoint = $3 where leg = $1', [
        leg,
        worker,
        endpoint,
      ])
    },

    remove,

    async read() {
      const rows = await sql.query<Row>(
        `select leg, call, organization, operator, worker, endpoint, sealed from calls.desk_legs
         where node = $1 order by made_at`,
        [node],
      )
      const records: DeskLegRecord[] = []
      for (const { sealed, ...row } of rows) {
        const data = unsealed(sealed, row.leg)
        if (data === undefined) await remove(row.leg)
        else records.push({ ...row, data })
      }
      return records
    },
  }

  function unsealed(sealed: Uint8Array, leg: string): string | undefined {
    try {
      return seal.open(sealed, leg)
    } catch {
      return undefined
    }
  }
}
