import { join } from 'node:path'
import type { TestDatabase } from '../../database/create-test-database.ts'
import { DatabaseAwayError, DatabaseBusyError, type Queries } from '../../database/index.ts'
import type { Arrival, LegDriver, LegKind } from '../../legs/leg.port.ts'
import { createOperatorsRepository, createQueuesRepository } from '../../queues/index.ts'
import type { Clock } from '../clock.port.ts'
import { systemClock } from '../clock.port.ts'
import { noFailpoints } from '../failpoints.port.ts'
import { createJournalRepository } from '../journal.repository.ts'
import { createJournal } from '../journal.ts'
import type { LegSeal } from '../open-calls.repository.ts'
import type { Outgoing } from '../outgoing.rules.ts'
import { createCalls } from '../runner.ts'
import { openSpool } from '../spool.ts'
import { createTestDriver } from './create-test-driver.ts'
import { createTestMedia, type TestMedia } from './create-test-media.ts'

/** Opens nothing but what it sealed. */
const testSeal: LegSeal = {
  seal: (plain, boundTo) => Buffer.from(JSON.stringify({ plain, boundTo })),
  open(sealed, boundTo) {
    const content = JSON.parse(Buffer.from(sealed).toString()) as { plain: string; boundTo: string }
    if (content.boundTo !== boundTo) throw new Error('sealed for another leg')
    return content.plain
  },
}

/** The call engine over a real database, with doubles for media and legs. Engines of the same `node` have the same calls. */
export function createTestEngine(order: {
  sql: Queries
  spoolFolder: string
  clock?: Clock
  media?: TestMedia
  node?: string
}) {
  const { sql, clock = systemClock, media = createTestMedia(), node = 'test' } = order
  const lost: unknown[] = []
  const failures: unknown[] = []
  const isAway = (error: unknown) => error instanceof DatabaseAwayError
  const repository = createJournalRepository({ sql, seal: testSeal, node })
  const journal = createJournal({
    repository,
    spool: openSpool(join(order.spoolFolder, 'journal.spool')),
    isAway,
    isBusy: error => error instanceof DatabaseBusyError,
    onSpooling: () => {},
    onLost: entry => lost.push(entry),
  })
  const drivers = {
    sip: createTestDriver({ kind: 'sip', media }),
    stream: createTestDriver({ kind: 'stream', media }),
  }
  const calls = createCalls({
    journal,
    media,
    drivers: new Map<LegKind, LegDriver>([
      ['sip', drivers.sip],
      ['stream', drivers.stream],
    ]),
    clock,
    failpoints: noFailpoints,
    queueTerms: queue => createQueuesRepository(sql).terms(queue),
    isAway,
    observer: { ignored: () => {}, failed: (what, _call, error) => failures.push([what, error]) },
  })
  return {
    calls,
    journal,
    repository,
    media,
    drivers,
    lost,
    failures,
    operators: createOperatorsRepository(sql),
  }
}

export type TestEngine = ReturnType<typeof createTestEngine>

let legs = 0

export function arrivalAt(organization: string, kind: LegKind = 'sip'): Arrival {
  legs += 1
  return {
    organization,
    number: '+15550100',
    queue: `queue of ${organization}`,
    caller: `caller-${legs}`,
    identity: null,
    leg: { leg: `leg-${process.pid}-${legs}`, kind, data: '{}' },
  }
}

export function outgoingOf(organization: string, operator: string): Outgoing {
  const { number, queue, caller, leg } = arrivalAt(organization)
  const line = { worker: 0, endpoint: `line:${operator}:1` }
  return { organization, number, queue, caller, leg, operator, line }
}

/** An organization with a queue without greeting, and operators who are available on warm lines. */
export async function createTestQueue(
  { database }: Pick<TestDatabase, 'database'>,
  order: { organization: string; operators: string[]; ringSeconds?: number },
) {
  const { engine } = database
  const { organization } = order
  await engine.query(
    'insert into queues.queues (id, organization, name, greeting, ring_s) values ($1, $2, $3, null, $4)',
    [`queue of ${organization}`, organization, 'Support', order.ringSeconds ?? 30],
  )
  await engine.query(
    `insert into queues.operators (organization, operator, status, wanted, line_warm)
     select $1, unnest($2::text[]), 'available', 'available', true`,
    [organization, order.operators],
  )
}

/** The call has its caller on the line and waits. */
export async function arriveAndWait(engine: TestEngine, organization: string): Promise<string> {
  const arrived = await engine.calls.arrive(arrivalAt(organization))
  if (!arrived.ok) throw new Error(arrived.code)
  const { call } = arrived
  const facts = engine.calls.get(call)!.facts
  const { leg } = facts
  await untilState(engine, call, state => state.facts.media.state === 'up')
  await engine.calls.report({ type: 'answered', leg: leg.id, call })
  return call
}

async function untilState(
  { calls }: TestEngine,
  call: string,
  holds: (state: NonNullable<ReturnType<TestEngine['calls']['get']>>) => boolean,
) {
  const reached = () => {
    const state = calls.get(call)
    return state !== undefined && holds(state)
  }
  if (reached()) return
  await new Promise<void>(resolve => calls.onChange(() => reached() && resolve()))
}
