import type { Queries } from '../../database/index.ts'
import { withRegistrars } from './registrar-match.rules.ts'
import { createTrunkMatch, type TrunkRow } from './trunk-match.rules.ts'

/** A changed trunk counts after this long, and while the database is away the last known ones do. ms */
const freshMs = 5_000

type Match = ReturnType<typeof createTrunkMatch>

/**
 * Trunks and numbers as signalling needs them. Role `engine`: the organization is what is being found out. `registrarOf`: the
 * trunk, by its id, whose registration was taken at this address.
 */
export function createTrunkDirectory(
  sql: Pick<Queries, 'query'>,
  now: () => number,
  registrarOf: (address: string) => string | undefined = () => undefined,
) {
  let known: Match | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<Match> | undefined

  async function read(): Promise<Match> {
    try {
      const rows = await sql.query<TrunkRow>(
        'select id, organization, addresses::text[] as addresses, any_loopback as "anyLoopback" from carriers.trunks order by id',
        [],
      )
      known = withRegistrars({ match: createTrunkMatch(rows), trunks: rows, registrarOf })
    } catch (error) {
      if (!known) throw error
    }
    // A failure counts as read: a database that is away is not asked again for every message.
    readAt = now()
    return known
  }

  /** However many ask at once, the database is asked once. */
  function match(): Promise<Match> {
    if (known && now() - readAt < freshMs) return Promise.resolve(known)
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  return {
    trunkAt: async (address: string) => (await match())(address),
    async findNumber(number: string) {
      const rows = await sql.query<{ organization: string; number: string; queue: string }>(
        'select organization, number, queue from numbers.numbers where number = $1 and in_service',
        [number],
      )
      return rows[0]
    },
  }
}
