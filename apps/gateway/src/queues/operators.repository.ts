import type { OperatorLine, OperatorStatus } from '@ringdown/contract'
import type { Queries } from '../database/index.ts'

/** What a person asked to be; their status returns to it after a call. */
export type Wanted = 'offline' | 'available' | 'on-break'

/** The lease row: who this operator belongs to right now. Times: ms since the epoch. */
export type OperatorRow = {
  operator: string
  organization: string
  status: OperatorStatus
  wanted: Wanted
  call: string | null
  lineWarm: boolean
}

const columns = 'operator, organization, status, wanted, call, line_warm as "lineWarm"'

export type OperatorsRepository = ReturnType<typeof createOperatorsRepository>

/** Role `engine`. Every statement is one round trip; the row itself decides (see migration 0002). */
export function createOperatorsRepository(sql: Queries) {
  return {
    list: (organization: string) =>
      sql.query<OperatorRow>(
        `select ${columns} from queues.operators where organization = $1 order by operator`,
        [organization],
      ),

    /** Only what nobody rings and nobody talks to changes at once; otherwise the wish is kept for afterwards. */
    want: (organization: string, operator: string, wanted: Wanted) =>
      sql.query<OperatorRow>(
        `insert into queues.operators (organization, operator, status, wanted, line_warm) values ($1, $2, $3, $3, false)
         on conflict (organization, operator) do update set wanted = $3, changed_at = now(),
           status = case when queues.operators.status in ('ringing', 'on-call', 'wrap-up')
                    then queues.operators.status else $3 end
         returning ${columns}`,
        [organization, operator, wanted],
      ),

    setLine: (organization: string, operator: string, warm: boolean) =>
      sql.query<OperatorRow>(
        `insert into queues.operators (organization, operator, line_warm) values ($1, $2, $3)
         on conflict (organization, operator) do update set line_warm = $3, changed_at = now()
         returning ${columns}`,
        [organization, operator, warm],
      ),

    /** Where calls ring for them; nobody has said so: in the browser. */
    chooseLine: (organization: string, operator: string, line: OperatorLine) =>
      sql.query(
        `insert into queues.operators (organization, operator, line, line_warm) values ($1, $2, $3, false)
         on conflict (organization, operator) do update set line = $3, changed_at = now()`,
        [organization, operator, line],
      ),

    phoneUsers: () =>
      sql.query<{ organization: string; operator: string }>(
        `select organization, operator from queues.operators where line = 'desk phone'`,
        [],
      ),

    /** At start: no line is warm until its page has answered a probe of this control. */
    coolAll: () =>
      sql.query<{ organization: string }>(
        'update queues.operators set line_warm = false where line_warm returning organization',
        [],
      ),

    claim: async (order: { call: string; organization: string; except: string[]; ringUntil: number }) => {
      const rows = await sql.query<{ operator: string }>(
        `select queues.claim_operators($1, $2, $3, to_timestamp($4::double precision / 1000)) as operator`,
        [order.call, order.organization, order.except, order.ringUntil],
      )
      return rows.map(row => row.operator)
    },

    /** Undoes a claim that the call did not want any more. */
    unclaim: (call: string, operators: string[]) =>
      sql.query(
        `update queues.operators set status = wanted, call = null, ring_until = null, lease_until = null, changed_at = now()
         where call = $1 and status = 'ringing' and operator = any ($2)`,
        [call, operators],
      ),

    /** Whoever was available and has had no page for two minutes is not there: nobody waits for them. */
    signOffAbsent: async (present: string[]) => {
      const rows = await sql.query<{ organization: string }>(
        `update queues.operators set status = 'offline', wanted = 'offline', changed_at = now()
         where status = 'available' and not line_warm and not (operator = any ($1))
           and changed_at < now() - interval '2 minutes'
         returning organization`,
        [present],
      )
      return [...new Set(rows.map(row => row.organization))]
    },

    /** Keeps the leases of calls that are alive, then lets go what nobody keeps. Returns organizations with changes. */
    renewLeases: async (calls: string[]) => {
      await sql.query(
        `update queues.operators set lease_until = now() + interval '2 minutes'
         where call = any ($1) and status = 'on-call'`,
        [calls],
      )
      const rows = await sql.query<{ organization: string }>(
        'select queues.release_strays() as organization',
        [],
      )
      return [...new Set(rows.map(row => row.organization))]
    },
  }
}
