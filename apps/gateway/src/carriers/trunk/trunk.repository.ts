import type { TrunkSettings } from '@ringdown/contract'
import type { Queries } from '../../database/index.ts'
import { withRegistrars } from './registrar-match.rules.ts'
import { createTrunkHold, createTrunkMatch, type TrunkRow } from './trunk-match.rules.ts'
import { readTrunkSettings, type TrunkColumns } from './trunk-settings.rules.ts'

/** A changed trunk counts after this long, and while the database is away the last known ones do. ms */
const freshMs = 5_000

/** A trunk that takes calls. */
export type KnownTrunk = TrunkRow & { settings: TrunkSettings }

type Match = {
  trunkOf: ReturnType<typeof createTrunkMatch<KnownTrunk>>
  holds: ReturnType<typeof createTrunkHold>
}

type Row = TrunkRow & TrunkColumns

/**
 * Trunks and numbers as signalling needs them. Role `engine`: the organization is what is being found out. A trunk that is
 * switched off is nobody's; one whose settings cannot be read is told to `unreadable` and is nobody's too. `registrarOf`: the
 * trunk, by its id, whose registration was taken at this address.
 */
export function createTrunkDirectory(
  sql: Pick<Queries, 'query'>,
  now: () => number,
  unreadable: (trunk: string) => void,
  registrarOf: (address: string) => string | undefined = () => undefined,
) {
  let known: Match | undefined
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<Match> | undefined
  let changes = 0
  let told: ReadonlySet<string> = new Set()

  function knownOf(rows: Row[]): KnownTrunk[] {
    const broken = new Set<string>()
    const trunks = rows.flatMap(row => {
      const { id, organization, addresses, anyLoopback } = row
      const settings = readTrunkSettings(row)
      if (!settings) broken.add(id)
      return settings ? [{ id, organization, addresses, anyLoopback, settings }] : []
    })
    for (const id of broken) if (!told.has(id)) unreadable(id)
    told = broken
    return trunks
  }

  async function read(): Promise<Match> {
    const changesBefore = changes
    try {
      const rows = await sql.query<Row>(
        `select id, organization, name, enabled, addresses::text[] as addresses, any_loopback as "anyLoopback", settings
         from carriers.trunks where enabled order by id`,
        [],
      )
      // What was read before a change does not replace what is read after it.
      const trunks = knownOf(rows)
      if (changes === changesBefore || !known)
        known = {
          trunkOf: withRegistrars({ match: createTrunkMatch(trunks), trunks, registrarOf }),
          holds: createTrunkHold(trunks),
        }
    } catch (error) {
      if (!known) throw error
    }
    // A failure counts as read: a database that is away is not asked again for every message.
    if (changes === changesBefore) readAt = now()
    return known
  }

  /** However many ask at once, the database is asked once. */
  function match(): Promise<Match> {
    if (known && now() - readAt < freshMs) return Promise.resolve(known)
    if (reading) return reading
    const mine = read().finally(() => {
      if (reading === mine) reading = undefined
    })
    reading = mine
    return mine
  }

  return {
    /**
     * Whether a trunk is at this address, by what was read last. Asked for every message: it waits for nobody, and what is out of date
     * is read meanwhile. While nothing was read yet nobody is a stranger.
     */
    isTrunk(address: string): boolean {
      if (now() - readAt >= freshMs) void match().catch(() => {})
      return known === undefined || known.holds(address) || registrarOf(address) !== undefined
    },
    trunkAt: async (address: string) => (await match()).trunkOf(address),
    async findNumber(number: string) {
      const rows = await sql.query<{ organization: string; number: string; queue: string }>(
        'select organization, number, queue from numbers.numbers where number = $1 and in_service',
        [number],
      )
      return rows[0]
    },
    /** A trunk was changed: the next question is answered by what stands there now. */
    changed(): void {
      changes += 1
      readAt = Number.NEGATIVE_INFINITY
      reading = undefined
    },
  }
}
