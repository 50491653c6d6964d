import type { Queries } from '../../database/index.ts'
import { matchTrunk, type TrunkRow } from './trunk-match.rules.ts'

/** A changed trunk counts after this long, and while the database is away the last known ones do. ms */
const freshMs = 5_000

/** Trunks and numbers as signalling needs them. Role `engine`: the organization is what is being found out. */
export function createTrunkDirectory(sql: Queries, now: () => number) {
  let known: { trunks: TrunkRow[]; readAt: number } | undefined

  async function trunks(): Promise<TrunkRow[]> {
    if (known && now() - known.readAt < freshMs) return known.trunks
    try {
      const rows = await sql.query<TrunkRow>(
        'select id, organization, addresses::text[] as addresses, any_loopback as "anyLoopback" from carriers.trunks order by id',
        [],
      )
      known = { trunks: rows, readAt: now() }
    } catch (error) {
      if (!known) throw error
    }
    return known.trunks
  }

  return {
    trunkAt: async (address: string) => matchTrunk(await trunks(), address),
    async findNumber(number: string) {
      const rows = await sql.query<{ organization: string; number: string; queue: string }>(
        'select organization, number, queue from numbers.numbers where number = $1 and in_service',
        [number],
      )
      return rows[0]
    },
  }
}
