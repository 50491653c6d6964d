import { describe, expect, it } from 'vitest'
import { callStateVersion } from './call.state.ts'
import {
  arrivalAt,
  arriveAndWait,
  createTestEngine,
  createTestQueue,
  type TestEngine,
} from './testing/create-test-engine.ts'
import { createTestGround, patience } from './testing/create-test-ground.ts'

const ground = createTestGround()

const acceptOf = (operator: string) => ({
  type: 'accepted' as const,
  operator,
  line: { worker: 0, endpoint: `line:${operator}:1` },
})

async function engineOf(node: string): Promise<TestEngine> {
  return createTestEngine({ sql: ground.sql, spoolFolder: await ground.folder(node), node })
}

/** A caller who talks with this operator, the only one of the organization. */
async function talk(engine: TestEngine, organization: string, operator: string): Promise<string> {
  await createTestQueue(ground, { organization, operators: [operator] })
  const call = await arriveAndWait(engine, organization)
  const ringUntil = Date.now() + 30_000
  await engine.operators.claim({ call, organization, except: [], ringUntil })
  await engine.calls.tell(call, { type: 'offers made', operators: [operator] })
  expect(await engine.calls.tell(call, acceptOf(operator))).toBe('taken')
  return call
}

type Damage = (call: string) => Promise<unknown>

/** An entry that stands behind the last one; the journal itself is append-only. */
const entryOf =
  (state: string, version = callStateVersion): Damage =>
  call =>
    ground.sql.query(
      `with moved as (update calls.calls set sequence = sequence + 1 where id = $1 returning sequence, organization)
       insert into calls.entries (call, sequence, organization, at, version, input, state)
       select $1, sequence, organization, now(), $2, '{"type":"answered"}', $3 from moved`,
      [call, version, state],
    )

const recordsOf = (call: string) =>
  ground.sql.query(
    'select result, reason, operator, answered_at is not null as answered from calls.records where call = $1',
    [call],
  )

const damages = {
  'a leg that was sealed with another key': (call: string) =>
    ground.sql.query(`update calls.legs set sealed = '\\x00' where call = $1`, [call]),
  'a leg that its driver does not understand': (call: string) =>
    ground.sql.query(
      `update calls.legs set sealed = convert_to(jsonb_build_object('plain', 'unreadable', 'boundTo', leg)::text, 'UTF8')
       where call = $1`,
      [call],
    ),
  'an entry without its facts': entryOf('{"type":"connected"}'),
  'an entry that is no object': entryOf('7'),
  'an entry of a newer gateway': entryOf('{"type":"transferring"}', callStateVersion + 1),
}

describe('a control that takes up calls of which one cannot be read', () => {
  it.each(Object.entries(damages))(
    'ends that one, with its reason, and goes on with all others: %s',
    async (what, damage) => {
      const node = what.replaceAll(' ', '-')
      const former = await engineOf(node)
      const [broken, whole] = [`${node} broken`, `${node} whole`]
      const call = await talk(former, broken, `${node}-ann`)
      const other = await talk(former, whole, `${node}-bob`)
      const { leg } = former.calls.get(call)!.facts
      await damage(call)

      const next = await engineOf(node)
      await (await next.calls.restore())(former.media.snapshots())
      expect(await recordsOf(call)).toEqual([
        { result: 'internal', reason: 'not-recovered', operator: `${node}-ann`, answered: true },
      ])
      expect(await ground.operatorRow(`${node}-ann`)).toEqual({ status: 'available', call: null })
      expect(next.calls.list().map(one => one.facts.call)).toEqual([other])
      expect(await ground.operatorRow(`${node}-bob`)).toEqual({ status: 'on-call', call: other })
      // Nothing of what could not be read is repeated in what is logged.
      expect(next.failures).toMatchObject([
        ['recovery', { message: expect.stringMatching(/cannot be read/) }],
      ])
      const isAskedOf = what !== 'a leg that was sealed with another key'
      expect(next.drivers.sip.hangUps(leg.id)).toBe(1)
      expect(next.drivers.sip.asked.some(one => one.type === 'restore' && one.leg === leg.id)).toBe(isAskedOf)
      await expect
        .poll(() => ground.sql.query('select leg from calls.legs where call = $1', [call]), patience)
        .toEqual([])

      // The next start finds nothing to complain about.
      const later = await engineOf(node)
      await (await later.calls.restore())(new Map())
      expect(later.calls.list().map(one => one.facts.call)).toEqual([other])
      expect(later.failures).toEqual([])
      expect(await recordsOf(call)).toHaveLength(1)
      await later.calls.endAll()
    },
  )

  it('keeps the ending of a call that was over, and lets its operator go', async () => {
    const former = await engineOf('over')
    const call = await talk(former, 'over', 'over-ann')
    const { leg } = former.calls.get(call)!.facts
    former.drivers.sip.failHangUps(true)
    await former.calls.report({ type: 'ended', leg: leg.id, call, cause: 'far end hung up' })
    await damages['an entry that is no object'](call)
    const next = await engineOf('over')
    await (await next.calls.restore())(new Map())
    expect(await recordsOf(call)).toMatchObject([{ result: 'completed', reason: 'hung-up-by-caller' }])
    expect(await ground.operatorRow('over-ann')).toEqual({ status: 'available', call: null })
    expect(next.drivers.sip.hangUps(leg.id)).toBe(1)
  })
})

describe('two controls on one database', () => {
  it('each take up their own calls and leave the other’s alone', async () => {
    const [east, west] = [await engineOf('east'), await engineOf('west')]
    const eastern = await talk(east, 'org-east', 'east-ann')
    const western = await talk(west, 'org-west', 'west-ann')
    const entries = () =>
      ground.sql.query('select sequence from calls.entries where call = $1 order by sequence', [western])
    const before = await entries()

    const eastAgain = await engineOf('east')
    await (await eastAgain.calls.restore())(east.media.snapshots())
    expect(eastAgain.calls.list().map(one => one.facts.call)).toEqual([eastern])
    expect(await entries()).toEqual(before)
    expect(eastAgain.drivers.sip.asked.map(one => one.leg)).not.toContain(
      west.calls.get(western)!.facts.leg.id,
    )
    // The other's call goes on where it was: nobody wrote its next entry.
    expect(await west.calls.tell(western, { type: 'hold', operator: 'west-ann' })).toBe('taken')
    expect(await ground.operatorRow('west-ann')).toEqual({ status: 'on-call', call: western })
    await eastAgain.calls.endAll()
    await west.calls.endAll()
    expect([...(await recordsOf(eastern)), ...(await recordsOf(western))]).toHaveLength(2)
  })
})

describe('a stream that came back while no control was there to journal it', () => {
  it('is the caller’s, whatever its endpoint is called: they hear music on, and its end is theirs', async () => {
    await createTestQueue(ground, { organization: 'resumed', operators: [] })
    const former = await engineOf('resumed')
    const arrived = await former.calls.arrive(arrivalAt('resumed', 'stream'))
    if (!arrived.ok) throw new Error(arrived.code)
    const { call } = arrived
    const { leg, media } = former.calls.get(call)!.facts
    const { worker, endpoint } = media
    await former.calls.report({
      type: 'media up',
      leg: leg.id,
      call,
      media: { worker, endpoint, local: null },
    })
    await former.calls.report({ type: 'media lost', leg: leg.id, call })
    former.media.open(0, { endpoint: 'came-back', kind: 'stream', call })

    const next = await createTestEngine({
      sql: ground.sql,
      spoolFolder: await ground.folder('resumed'),
      node: 'resumed',
      media: former.media,
    })
    await (await next.calls.restore())(former.media.snapshots())
    expect(next.calls.get(call)).toMatchObject({
      type: 'queued',
      facts: { media: { state: 'up', worker: 0, endpoint: 'came-back' } },
    })
    expect(next.media.heard(0).get('came-back')?.type).toBe('playlist')
    next.media.emit({ type: 'lost', endpoint: 'came-back', reason: 'closed' })
    await expect.poll(() => next.calls.get(call)?.facts.media.state, patience).toBe('lost')
    await next.calls.endAll()
    expect(await recordsOf(call)).toHaveLength(1)
  })
})
