import type { Queries } from '../database/index.ts'
import type { LegId } from '../legs/leg.port.ts'
import type { LegSeal } from './open-calls.repository.ts'

/** Keeps what legs are continued from, sealed like what they began with. A leg that is gone is nobody's, and nothing is kept of it. */
export function createLegDataRepository({ sql, seal }: { sql: Pick<Queries, 'query'>; seal: LegSeal }) {
  return {
    async keep({ leg, data }: { leg: LegId; data: string }): Promise<void> {
      await sql.query('update calls.legs set sealed = $2 where leg = $1', [
        leg,
        Buffer.from(seal.seal(data, leg)),
      ])
    },
  }
}
