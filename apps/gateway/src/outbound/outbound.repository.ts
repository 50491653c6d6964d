import type { Queries } from '../database/index.ts'

/** The number of ours that a call shows, E.164, and the queue whose terms it has. */
export type ShownNumber = { number: string; queue: string }

/** Role `engine`, always bound to one organization. */
export function createOutboundRepository(sql: Pick<Queries, 'query'>) {
  return {
    /**
     * `wanted` (E.164) with its own queue, or with the organization's first where it is a number of the trunk's only. Without it the
     * organization's first number. Undefined: there is none to show.
     */
    async shown(organization: string, wanted: string | null): Promise<ShownNumber | undefined> {
      const rows = await sql.query<ShownNumber>(
        `select coalesce($2, n.number) as number,
           coalesce(n.queue, (select q.id from queues.queues q where q.organization = $1 order by q.name limit 1)) as queue
         from (values ($1::text)) o (id)
         left join lateral (
           select number, queue from numbers.numbers
           where organization = o.id and in_service and number = coalesce($2, number) order by number limit 1
         ) n on true
         where coalesce($2, n.number) is not null`,
        [organization, wanted],
      )
      const row = rows[0]
      return row?.queue ? row : undefined
    },
  }
}

export type OutboundRepository = ReturnType<typeof createOutboundRepository>
