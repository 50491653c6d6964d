import { describe, expect, it } from 'vitest'
import type { DeskLegRecord, DeskOrder, DeskWish } from './desk-lines.port.ts'
import { createTestDesk } from './test-desk.ts'

const order = (...wishes: DeskWish[]): DeskOrder => ({
  call: 'call-1',
  organization: 'org-1',
  worker: 0,
  title: 'Crisis line',
  wishes,
  isAnswered: wishes.some(({ type }) => type === 'talk'),
})
const rings = order({ operator: 'ann', type: 'ring' })
const talksOn = (endpoint: string | null) => order({ operator: 'ann', type: 'talk', endpoint })
const over = order()

const row = (more: Partial<DeskLegRecord> = {}): DeskLegRecord => ({
  leg: 'leg-desk',
  call: 'call-1',
  organization: 'org-1',
  operator: 'ann',
  worker: 0,
  endpoint: 'desk:ann:1',
  data: 'data',
  ...more,
})

describe('a call that is offered', () => {
  it('rings every telephone of the operator once, however often it is said', async () => {
    const { desk, said, rows } = createTestDesk({ phones: ['desk', 'hall'] })
    desk.follow(rings)
    desk.follow(rings)
    expect(await said()).toEqual(['ring desk', 'ring hall'])
    expect(rows.size).toBe(2)
  })

  it('is the operator’s whose telephone is picked up; the others fall silent', async () => {
    const { desk, said, rows, answers, endpointOf } = createTestDesk({ phones: ['desk', 'hall'] })
    desk.follow(rings)
    await said()
    expect(await answers('desk')).toBe('taken')
    desk.follow(talksOn(endpointOf('desk')))
    expect(await said()).toEqual(['call: ann picked up', 'hang up hall (answered elsewhere)'])
    expect([...rows.keys()]).toEqual(['leg-desk'])
  })

  it('was somebody else’s a moment earlier: the telephone is hung up', async () => {
    const { desk, said, rows, answers, somebodyElseWins } = createTestDesk()
    desk.follow(rings)
    await said()
    somebodyElseWins()
    expect(await answers('desk')).toBe('gone')
    expect(await said()).toEqual(['call: ann picked up', 'hang up desk (answered elsewhere)'])
    expect(rows.size).toBe(0)
  })

  it('is declined when the last telephone is, and not before', async () => {
    const { desk, said, ends } = createTestDesk({ phones: ['desk', 'hall'] })
    desk.follow(rings)
    await said()
    await ends('desk', 'busy')
    expect(await said()).not.toContain('call: ann declined')
    await ends('hall', 'declined')
    expect(await said()).toContain('call: ann declined')
  })

  it('is declined where no telephone is left to ring', async () => {
    const { desk, said } = createTestDesk({ phones: [] })
    desk.follow(rings)
    expect(await said()).toEqual(['call: ann declined'])
  })

  it('stops ringing when it is no longer offered', async () => {
    const { desk, said, rows } = createTestDesk()
    desk.follow(rings)
    await said()
    desk.follow(over)
    expect(await said()).toEqual(['hang up desk'])
    expect(rows.size).toBe(0)
  })

  it('is answered by somebody else: the telephone shows no missed call', async () => {
    const { desk, said } = createTestDesk()
    desk.follow(rings)
    await said()
    desk.follow({ ...over, isAnswered: true })
    expect(await said()).toEqual(['hang up desk (answered elsewhere)'])
  })

  it('that is over before the telephone is stored leaves nothing of it', async () => {
    const { desk, said, rows } = createTestDesk()
    desk.follow(rings)
    desk.follow(over)
    expect(await said()).toEqual(['hang up desk'])
    expect(rows.size).toBe(0)
  })

  it('rings nobody without a worker for their audio', async () => {
    const { desk, said, rows, worker } = createTestDesk()
    worker.dies()
    desk.follow(rings)
    expect(await said()).toEqual(['failed: ring', 'call: ann declined', 'hang up desk'])
    expect(rows.size).toBe(0)
  })
})

describe('a talk by desk phone', () => {
  async function talk() {
    const test = createTestDesk()
    test.desk.follow(rings)
    await test.said()
    await test.answers('desk')
    test.desk.follow(talksOn(test.endpointOf('desk')))
    await test.said()
    return test
  }

  it('ends when either end hangs up', async () => {
    const theirs = await talk()
    await theirs.ends('desk', 'far end hung up')
    expect(await theirs.said()).toContain('call: ann hung up')
    expect(theirs.rows.size).toBe(0)
    const callers = await talk()
    callers.desk.follow(over)
    expect(await callers.said()).toEqual(['hang up desk'])
    expect(callers.rows.size).toBe(0)
  })

  it('is held and resumed by the telephone’s own key, and by nothing that says the same again', async () => {
    const { holds, said } = await talk()
    for (const isHeld of [false, true, true, false]) holds('desk', isHeld)
    expect(await said()).toEqual(['call: ann holds', 'call: ann resumes'])
  })

  it('waits for a worker that died, and goes on with the next', async () => {
    const { desk, said, worker } = await talk()
    worker.dies()
    expect(await said()).toEqual(['call: ann away'])
    desk.follow(talksOn(null))
    worker.comes()
    expect(await said()).toEqual(['call: ann back'])
  })

  it('notices nothing of a worker that is there again with its audio', async () => {
    const { said, worker, endpointOf } = await talk()
    worker.comes([endpointOf('desk')])
    expect(await said()).toEqual([])
  })
})

describe('after a restart of control', () => {
  it('a telephone that rang is called again, which it takes for a repetition (RFC 3261 §17.2.1)', async () => {
    const { desk, said } = createTestDesk({ stored: [row()] })
    await desk.restore()
    desk.follow(rings)
    desk.restored(new Set(['call-1']))
    expect(await said()).toEqual(['ring desk'])
  })

  it('a talk goes on, and ends like any other', async () => {
    const { desk, said, ends } = createTestDesk({ stored: [row()] })
    await desk.restore()
    desk.follow(talksOn('desk:ann:1'))
    desk.restored(new Set(['call-1']))
    expect(await said()).toEqual([])
    await ends('desk', 'far end hung up')
    expect(await said()).toContain('call: ann hung up')
  })

  it('a talk that waits for its audio is joined again', async () => {
    const { desk, said } = createTestDesk({ stored: [row()] })
    await desk.restore()
    desk.follow(talksOn(null))
    desk.restored(new Set(['call-1']))
    expect(await said()).toEqual(['call: ann back'])
  })

  it('a telephone whose call is over, or that cannot be read, is let go', async () => {
    const { desk, said, rows } = createTestDesk({
      stored: [row(), row({ leg: 'leg-hall', call: 'call-2' }), row({ leg: 'leg-old', data: 'unreadable' })],
    })
    await desk.restore()
    desk.follow(over)
    desk.restored(new Set(['call-1']))
    expect((await said()).toSorted()).toEqual(['hang up desk', 'hang up hall'])
    expect(rows.size).toBe(0)
  })
})
