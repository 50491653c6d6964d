import type { Queries } from '../../database/index.ts'
import { readTrunkSettings } from '../trunk/trunk-settings.rules.ts'
import type { LinkedTrunk } from './trunk-links.port.ts'

type Row = {
  id: string
  name: string
  enabled: boolean
  addresses: string[]
  settings: unknown
  sealedPassword: Uint8Array | null
}

/** The trunks that are switched on, of all organizations. Role `engine`: it alone may read sealed passwords. */
export async function readLinkedTrunks(sql: Pick<Queries, 'query'>): Promise<LinkedTrunk[]> {
  const rows = await sql.query<Row>(
    `select id, name, enabled, addresses::text[] as addresses, settings, sealed_password as "sealedPassword"
     from carriers.trunks where enabled order by id`,
    [],
  )
  return rows.flatMap(row => {
    const settings = readTrunkSettings(row)
    const { id, sealedPassword } = row
    return settings ? [{ id, settings, sealedPassword }] : []
  })
}
