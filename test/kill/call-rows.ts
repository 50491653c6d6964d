import type { CallState } from '../../apps/gateway/src/calls/index.ts'
import type { TestGateway } from '../harness/gateway.ts'

export type CallRow = {
  status: CallState['type']
  reason: string | null
  answered: boolean
  /** Legs whose far ends may not know of the end yet. */
  legs: number
  /** Participants who have not left. */
  open: number
}

/** What the database says of an organization's calls, from the first that arrived after `since` on. */
export class CallRows {
  readonly #gateway: TestGateway
  readonly #organization: string
  readonly #since: Date

  constructor(order: { gateway: TestGateway; organization: string; since: Date }) {
    this.#gateway = order.gateway
    this.#organization = order.organization
    this.#since = order.since
  }

  /** Empty while the database is away. */
  async statuses(): Promise<CallState['type'][]> {
    const rows = await this.#gateway
      .sql<{ status: CallState['type'] }>(
        'select status from calls.calls where organization = $1 and arrived_at >= $2 order by arrived_at',
        [this.#organization, this.#since],
      )
      .catch(() => [])
    return rows.map(row => row.status)
  }

  /** Every entry: what happened, and where it led. Empty while the database is away. */
  entries(): Promise<{ call: string; at: Date; input: string; state: string }[]> {
    return this.#gateway
      .sql<{ call: string; at: Date; input: string; state: string }>(
        `select c.id as call, e.at, e.input ->> 'type' as input, e.state ->> 'type' as state
         from calls.entries e join calls.calls c on c.id = e.call
         where c.organization = $1 and c.arrived_at >= $2 order by e.at, e.sequence`,
        [this.#organization, this.#since],
      )
      .catch(() => [])
  }

  records(): Promise<CallRow[]> {
    return this.#gateway.sql(
      `select c.status, r.reason, r.answered_at is not null as answered,
         (select count(*)::int from calls.legs l where l.call = c.id) as legs,
         (select count(*)::int from calls.participants p where p.call = c.id and p.left_at is null) as open
       from calls.calls c left join calls.records r on r.call = c.id
       where c.organization = $1 and c.arrived_at >= $2 order by c.arrived_at`,
      [this.#organization, this.#since],
    )
  }

  operators(): Promise<{ operator: string; status: string; call: string | null }[]> {
    return this.#gateway.sql('select operator, status, call from queues.operators where organization = $1', [
      this.#organization,
    ])
  }
}
