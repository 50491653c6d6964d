import type { QueueTerms } from '../calls/index.ts'
import type { Queries } from '../database/index.ts'

/** The queue's rules for a call that begins now. */
export function createQueuesRepository(sql: Queries) {
  return {
    async terms(queue: string): Promise<QueueTerms | undefined> {
      const rows = await sql.query<QueueTerms>(
        `select id, name, language, coalesce(greeting, '') as greeting, wait_limit_s * 1000 as "waitLimitMs", ring_s * 1000 as "ringMs",
           wrap_up_s * 1000 as "wrapUpMs", return_limit_s * 1000 as "returnLimitMs"
         from queues.queues where id = $1`,
        [queue],
      )
      return rows[0]
    },
  }
}
