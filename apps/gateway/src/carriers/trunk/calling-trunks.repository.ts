import type { TrunkSettings } from '@ringdown/contract'
import type { Queries } from '../../database/index.ts'
import { readTrunkSettings, type TrunkColumns } from './trunk-settings.rules.ts'

/** A trunk that calls out: it is switched on, and knows a server to call. */
export type CallingTrunk = { id: string; settings: TrunkSettings }

/** Those of an organization, by their names; one whose settings cannot be read is none. Role `engine`. */
export async function readCallingTrunks(
  sql: Pick<Queries, 'query'>,
  organization: string,
): Promise<CallingTrunk[]> {
  const rows = await sql.query<TrunkColumns & { id: string }>(
    `select id, name, enabled, addresses::text[] as addresses, settings
     from carriers.trunks where organization = $1 and enabled order by lower(name), id`,
    [organization],
  )
  return rows.flatMap(row => {
    const settings = readTrunkSettings(row)
    return settings && settings.hosts.length > 0 ? [{ id: row.id, settings }] : []
  })
}
