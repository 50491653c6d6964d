import type { Queries } from '../../database/index.ts'
import { readTrunkSettings, type TrunkColumns } from './trunk-settings.rules.ts'

type Row = TrunkColumns & { id: string; sealedPassword: Uint8Array | null }

export type SealedCredentials = { username: string; realm: string | null; sealedPassword: Uint8Array }

/** What a trunk's hosts may be shown when they ask; undefined: it has nothing. Role `engine`: it alone may read sealed passwords. */
export async function readTrunkCredentials(
  sql: Pick<Queries, 'query'>,
  trunk: string,
): Promise<SealedCredentials | undefined> {
  const [row] = await sql.query<Row>(
    `select id, name, enabled, addresses::text[] as addresses, settings, sealed_password as "sealedPassword"
     from carriers.trunks where id = $1`,
    [trunk],
  )
  const credentials = row && readTrunkSettings(row)?.credentials
  return credentials && row.sealedPassword
    ? { ...credentials, sealedPassword: row.sealedPassword }
    : undefined
}
