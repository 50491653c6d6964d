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
      const rows = await sql.query<{ [Part in keyof ShownNumber]: string | null }>(
        `select coalesce($2, n.number) as number,
           coalesce(n.queue, (select id from queues.queues where organization = $1 order by name limit 1)) as queue
         from (select) one
         left join lateral (
           select number, queue from numbers.numbers
           where organization = $1 and in_service and number = coalesce($2, number) order by number limit 1
         ) n on true`,
        [organization, wanted],
      )
      const { number = null, queue = null } = rows[0] ?? {}
      return number === null || queue === null ? undefined : { number, queue }
    },
  }
}

export type OutboundRepository = ReturnType<typeof createOutboundRepository>
