import { DatabaseError, type Queries } from '../database/index.ts'
import type { LegRecord } from '../legs/leg.port.ts'
import type { CallInput, CallState } from './call.state.ts'
import { callStateVersion } from './call.state.ts'
import { operatorOf } from './desired.rules.ts'
import type { AppendResult, Entry, Journal } from './journal.port.ts'
import { type LegSeal, readOpenCalls } from './open-calls.repository.ts'
import { readState } from './stored-state.rules.ts'

/** SQLSTATE of `calls.open_call` and `calls.append_entry` when the operator's row decides against a claim. */
const claimRefused = 'RD001'

const isClaimRefused = (error: unknown): boolean =>
  error instanceof DatabaseError && error.sqlState === claimRefused

/** `node`: whose calls these are. */
export function createJournalRepository(needs: { sql: Queries; seal: LegSeal; node: string }): Omit<
  Journal,
  'append'
> & {
  append(entry: Entry, late: boolean): Promise<Exclude<AppendResult, 'spooled' | 'claim unknown'>>
} {
  const { sql, seal, node } = needs
  return {
    async open(entry, leg) {
      try {
        const rows = await sql.query<{ call: string }>(
          `select calls.open_call($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::double precision / 1000),
             $11::smallint, $12, $13, $14, $15, $16, $17) as call`,
          openValues(entry, leg, { seal, node }),
        )
        return { type: 'open', call: rows[0]!.call }
      } catch (error) {
        if (isClaimRefused(error)) return { type: 'claim refused' }
        throw error
      }
    },

    async append(entry, late) {
      try {
        const rows = await sql.query<{ result: 'written' | 'repeated' | 'stale' | 'gone' }>(
          `select calls.append_entry($1, $2, to_timestamp($3::double precision / 1000), $4::smallint, $5, $6, $7, $8,
             to_timestamp($9::double precision / 1000), $10, $11) as result`,
          appendValues(entry, late),
        )
        const { result } = rows[0]!
        return result === 'repeated' ? 'written' : result
      } catch (error) {
        if (isClaimRefused(error)) return 'claim refused'
        throw error
      }
    },

    openCalls: () => readOpenCalls({ sql, seal, node }),

    async last(call) {
      const rows = await sql.query<{ sequence: number; version: number; state: unknown; input: CallInput }>(
        'select sequence, version, state, input from calls.entries where call = $1 order by sequence desc limit 1',
        [call],
      )
      const row = rows[0]
      if (!row) return undefined
      const state = readState(row.version, row.state)
      if (!state) throw new Error(`entry ${row.sequence} (schema version ${row.version}) cannot be read`)
      return { sequence: row.sequence, state, input: row.input }
    },

    async settle(call) {
      await sql.query('select calls.settle($1)', [call])
    },
  }
}

function openValues(entry: Entry, leg: LegRecord, own: { seal: LegSeal; node: string }): unknown[] {
  const { state } = entry
  const { facts } = state
  return [
    entry.call,
    facts.organization,
    facts.number,
    facts.queue.id,
    facts.caller,
    leg.leg,
    leg.kind,
    Buffer.from(own.seal.seal(leg.data, leg.leg)),
    own.node,
    entry.at,
    callStateVersion,
    JSON.stringify(entry.input),
    JSON.stringify(state),
    state.type,
    facts.direction === 'out' ? 'outbound' : 'inbound',
    operatorOf(state),
    JSON.stringify(entry.writes),
  ]
}

function appendValues(entry: Entry, late: boolean): unknown[] {
  const { state } = entry
  return [
    entry.call,
    entry.sequence,
    entry.at,
    callStateVersion,
    JSON.stringify(entry.input),
    JSON.stringify(state),
    state.type,
    operatorOf(state),
    queuedAt(state),
    late,
    JSON.stringify(entry.writes),
  ]
}

function queuedAt(state: CallState): number | null {
  return 'queuedAt' in state ? state.queuedAt : null
}
