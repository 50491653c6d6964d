import type { Ending } from '@ringdown/contract'
import type { Queries } from '../database/index.ts'
import type { LegRecord } from '../legs/leg.port.ts'
import type { CallFacts, CallState } from './call.state.ts'
import type { OpenCall, OpenCalls, UnreadableCall } from './journal.port.ts'
import { wasAnswered } from './recovery.rules.ts'
import { readState } from './stored-state.rules.ts'

/** Seals what only the leg's driver may read: it holds the caller's number. */
export interface LegSeal {
  seal(plain: string, boundTo: string): Uint8Array
  open(sealed: Uint8Array, boundTo: string): string
}

type Row = {
  call: string
  sequence: number
  version: number
  state: unknown
  leg: string | null
  kind: LegRecord['kind'] | null
  sealed: Uint8Array | null
  ringing: string[]
}

type Reading =
  | { type: 'readable'; call: OpenCall }
  | { type: 'unreadable'; row: Row; state: CallState | undefined; leg: LegRecord | null }

/**
 * The calls of one node that are not over, or whose far end may not know it. One that cannot be read keeps back no other.
 * Another node's calls are its own: it may be alive and hear their audio.
 */
export async function readOpenCalls(from: { sql: Queries; seal: LegSeal; node: string }): Promise<OpenCalls> {
  const rows = await from.sql.query<Row>(
    `select c.id as call, c.sequence, e.version, e.state, l.leg, l.kind, l.sealed,
       array(select o.operator from queues.operators o
             where o.organization = c.organization and o.call = c.id and o.status = 'ringing') as ringing
     from calls.calls c
     join calls.entries e on e.call = c.id and e.sequence = c.sequence
     left join calls.legs l on l.call = c.id
     where c.node = $1 and (c.status <> 'ended' or l.leg is not null)
     order by c.arrived_at`,
    [from.node],
  )
  const calls: OpenCall[] = []
  const unreadable: UnreadableCall[] = []
  for (const row of rows) {
    const reading = read(row, from.seal)
    if (reading.type === 'readable') calls.push(reading.call)
    else unreadable.push(await leftOf(reading, from.sql))
  }
  return { calls, unreadable }
}

function read(row: Row, seal: LegSeal): Reading {
  const { call, sequence, ringing } = row
  const state = readState(row.version, row.state)
  const leg = unsealed(row, seal)
  if (!state || leg === 'unsealable')
    return { type: 'unreadable', row, state, leg: leg === 'unsealable' ? null : leg }
  return { type: 'readable', call: { call, sequence, state, leg, ringing } }
}

function unsealed(row: Row, seal: LegSeal): LegRecord | null | 'unsealable' {
  const { leg, call, kind, sealed } = row
  if (!leg || !kind || !sealed) return null
  try {
    return { leg, call, kind, data: seal.open(sealed, leg) }
  } catch {
    return 'unsealable'
  }
}

type Left = {
  organization: string
  direction: 'in' | 'out'
  number: string
  caller: string
  queue: string
  status: CallState['type']
  arrivedAt: number
  answeredAt: number | null
  operators: string[]
  ending: Ending | null
}

/** What the rows around its journal say of a call. */
async function leftOf(
  { row, state, leg }: Extract<Reading, { type: 'unreadable' }>,
  sql: Queries,
): Promise<UnreadableCall> {
  const { call, sequence } = row
  const [left] = await sql.query<Left>(
    `select c.organization, case c.direction when 'outbound' then 'out' else 'in' end as direction, coalesce(n.number, '') as number, c.caller, coalesce(c.queue, '') as queue, c.status,
       extract(epoch from c.arrived_at)::double precision * 1000 as "arrivedAt",
       (select extract(epoch from min(p.joined_at))::double precision * 1000 from calls.participants p
          where p.call = c.id and p.role = 'operator') as "answeredAt",
       array(select o.operator from queues.operators o
             where o.organization = c.organization and o.call = c.id) as operators,
       (select jsonb_build_object('result', r.result, 'reason', r.reason) from calls.records r
          where r.call = c.id) as ending
     from calls.calls c left join numbers.numbers n on n.id = c.number_id where c.id = $1`,
    [call],
  )
  if (!left) throw new Error('a call that was open is gone')
  const { operators, ending } = left
  const facts = state?.facts ?? factsFrom(left, row)
  const isNew = left.status === 'arriving' || left.status === 'dialing'
  const answered = state ? wasAnswered(state) : left.answeredAt !== null || !isNew
  const what = state ? 'sealed leg' : 'entry'
  return { what, call, sequence, facts, leg, answered, operators, ending }
}

/** Enough to write an ending, to reach the leg, and to close the endpoint that every call begins with. */
function factsFrom(left: Left, row: Row): CallFacts {
  const { organization, direction, number, caller, arrivedAt, answeredAt } = left
  const endpoint = `caller:${row.call}`
  return {
    call: row.call,
    organization,
    direction,
    number,
    caller,
    identity: null,
    queue: { id: left.queue, name: '', language: '', greeting: '', ...noLimits },
    leg: { id: row.leg ?? '', kind: row.kind ?? 'sip' },
    media: { state: 'lost', worker: 0, endpoint, port: null, since: arrivedAt },
    arrivedAt,
    answeredAt,
  }
}

const noLimits = { waitLimitMs: 0, ringMs: 0, wrapUpMs: 0, returnLimitMs: 0 }
