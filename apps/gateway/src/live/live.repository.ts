import type { CallDirection, CallerIdentity, Ending } from '@ringdown/contract'
import type { Queries } from '../database/index.ts'

export type RecentCall = {
  call: string
  caller: string
  identity: CallerIdentity | null
  direction: CallDirection
  startedAt: number
  answeredAt: number | null
  endedAt: number
  ending: Ending
  operator: string | null
}

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::double precision`

/** What the live page shows that is neither a running call nor an operator. Role `engine`, always bound to one organization. */
export function createLiveRepository(sql: Queries) {
  return {
    recent: (organization: string, limit: number) =>
      sql.query<RecentCall>(
        `select call, caller, identity, case direction when 'outbound' then 'out' else 'in' end as direction,
           ${ms('arrived_at')} as "startedAt", ${ms('answered_at')} as "answeredAt",
           ${ms('ended_at')} as "endedAt", json_build_object('result', result, 'reason', reason) as ending, operator
         from calls.records where organization = $1 order by ended_at desc limit $2`,
        [organization, limit],
      ),

    /** How often each of these people called before. */
    async earlierCalls(organization: string, callers: string[]): Promise<Map<string, number>> {
      const rows = await sql.query<{ caller: string; count: number }>(
        `select caller, count(*)::int as count from calls.records
         where organization = $1 and caller = any ($2) and direction = 'inbound' group by caller`,
        [organization, callers],
      )
      return new Map(rows.map(row => [row.caller, row.count]))
    },
  }
}

export type LiveRepository = ReturnType<typeof createLiveRepository>
