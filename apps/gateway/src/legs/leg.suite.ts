import type { Ending } from '@ringdown/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { LegDriver, LegEvent, LegId, LegMedia, LegRecord } from './leg.port.ts'

/** What the suite needs of a driver's own test bench: the driver, a far end, and what `calls` was told. */
export interface LegBench {
  /** The driver that is alive now; another one after `restart`. */
  driver(): LegDriver
  /** A call comes in and stands in the journal; resolves with what the journal holds. No order was given yet. */
  arrive(): Promise<LegRecord>
  /** What `calls` was told so far, by every driver. */
  told(): LegEvent[]
  /** From now on `calls` answers `gone` to every report about this call. */
  closeCall(call: string): void
  /** The driver and all it knew are gone; a new one starts that knows nothing. Far ends notice nothing. */
  restart(): Promise<void>
  farEnd: {
    /** Does what the far end does by itself once audio was ordered (a carrier opens its stream; a telephone does nothing). */
    bringAudio(leg: LegId): Promise<void>
    hangUp(leg: LegId): Promise<void>
    /** What the far end believes. */
    state(leg: LegId): 'ringing' | 'answered' | 'ended'
  }
  /** Resolves when everything that is under way inside the process is done. */
  settle(): Promise<void>
  close(): Promise<void>
}

const path = { endpoint: 'caller-1', worker: 0 }
const byOperator: Ending = { result: 'completed', reason: 'hung-up-by-operator' }

/** The requirements of `leg.port.ts`, which every driver meets, whatever its signalling is. */
export function legSuite(name: string, createBench: () => Promise<LegBench>): void {
  describe(`${name} is a leg driver`, () => {
    let bench: LegBench
    beforeEach(async () => {
      bench = await createBench()
    })
    afterEach(() => bench.close())

    openingSuite(() => bench)
    endingSuite(() => bench)
    restartSuite(() => bench)
  })
}

function openingSuite(bench: () => LegBench): void {
  test('an order for media brings the audio path up at the worker that was ordered', async () => {
    const record = await bench().arrive()
    const media = await bringUp(bench(), record)
    expect(media).toMatchObject(path)
  })

  test('the same order for media again opens nothing else and breaks nothing', async () => {
    const record = await bench().arrive()
    await bringUp(bench(), record)
    const again = await bench()
      .driver()
      .openMedia({ leg: record.leg, call: record.call, ...path })
    await bench().settle()
    expect(again).toMatchObject({ type: 'open', media: path })
    expect(told(bench(), record, 'media lost')).toEqual([])
    expect(bench().farEnd.state(record.leg)).not.toBe('ended')
  })

  test('an answered leg is reported as answered when the far end knows', async () => {
    const record = await bench().arrive()
    await answer(bench(), record)
    expect(bench().farEnd.state(record.leg)).toBe('answered')
    expect(told(bench(), record, 'answered').length).toBeGreaterThan(0)
  })

  test('orders for a leg that is unknown do no harm', async () => {
    const driver = bench().driver()
    const unknown = { leg: 'no-such-leg', call: 'no-such-call' }
    expect(await driver.openMedia({ ...unknown, ...path })).toMatchObject({ type: 'failed' })
    await driver.answer({ leg: unknown.leg, media: { ...path, local: null } })
    await driver.hangUp({ leg: unknown.leg, ending: byOperator })
    await bench().settle()
    expect(bench().told()).toEqual([])
  })

  test('legs do not touch each other', async () => {
    const [one, other] = [await bench().arrive(), await bench().arrive()]
    await bringUp(bench(), one)
    await bench().driver().hangUp({ leg: other.leg, ending: byOperator })
    await bench().settle()
    expect(bench().farEnd.state(other.leg)).toBe('ended')
    expect(bench().farEnd.state(one.leg)).not.toBe('ended')
    expect(told(bench(), one, 'ended')).toEqual([])
  })
}

/** How far a leg has come when something happens to it. */
const stages: { stage: string; reach(bench: LegBench, record: LegRecord): Promise<unknown> }[] = [
  { stage: 'before media was ordered', reach: async () => undefined },
  { stage: 'while it rings with audio', reach: bringUp },
  { stage: 'when it was answered', reach: answer },
]

function endingSuite(bench: () => LegBench): void {
  test.each(stages)('a far end that hangs up $stage is reported once', async ({ reach }) => {
    const record = await bench().arrive()
    await reach(bench(), record)
    await bench().farEnd.hangUp(record.leg)
    await bench().settle()
    expect(told(bench(), record, 'ended')).toEqual([
      { type: 'ended', leg: record.leg, call: record.call, cause: 'far end hung up' },
    ])
  })

  test.each(stages)('hanging up $stage ends the far end and reports nothing', async ({ reach }) => {
    const record = await bench().arrive()
    await reach(bench(), record)
    await bench().driver().hangUp({ leg: record.leg, ending: byOperator })
    await bench().settle()
    expect(bench().farEnd.state(record.leg)).toBe('ended')
    expect(told(bench(), record, 'ended')).toEqual([])
  })

  test('hanging up twice, and after the far end hung up, does no harm', async () => {
    const record = await bench().arrive()
    await answer(bench(), record)
    await bench().farEnd.hangUp(record.leg)
    await bench().settle()
    await bench().driver().hangUp({ leg: record.leg, ending: byOperator })
    await bench().driver().hangUp({ leg: record.leg, ending: byOperator })
    await bench().settle()
    expect(told(bench(), record, 'ended')).toHaveLength(1)
  })

  test.each(stages)('a far end that is hung up $stage knows it in the end', async ({ reach }) => {
    const record = await bench().arrive()
    await reach(bench(), record)
    await bench().driver().hangUp({ leg: record.leg, ending: byOperator })
    await expect(bench().driver().untilTold(record.leg)).resolves.toBeUndefined()
    expect(bench().farEnd.state(record.leg)).toBe('ended')
  })

  test('a leg whose call is over when it reports is ended towards the far end', async () => {
    const record = await bench().arrive()
    bench().closeCall(record.call)
    await answer(bench(), record)
    expect(bench().farEnd.state(record.leg)).toBe('ended')
  })
}

function restartSuite(bench: () => LegBench): void {
  test('what the journal holds of a leg is plain text', async () => {
    const record = await bench().arrive()
    expect(structuredClone(record)).toEqual(record)
    expect(() => JSON.parse(record.data)).not.toThrow()
    expect(record.kind).toBe(bench().driver().kind)
  })

  test.each(stages)('after a restart $stage the far end can still hang up', async ({ reach }) => {
    const record = await bench().arrive()
    await reach(bench(), record)
    await restartWith(bench(), record)
    await bench().farEnd.hangUp(record.leg)
    await bench().settle()
    expect(told(bench(), record, 'ended')).toEqual([
      { type: 'ended', leg: record.leg, call: record.call, cause: 'far end hung up' },
    ])
  })

  test.each(stages)('after a restart $stage we can still hang up', async ({ reach }) => {
    const record = await bench().arrive()
    await reach(bench(), record)
    await restartWith(bench(), record)
    await bench().driver().hangUp({ leg: record.leg, ending: byOperator })
    await bench().settle()
    expect(bench().farEnd.state(record.leg)).toBe('ended')
  })

  test('a leg that was restored before its audio came up is answered like any other', async () => {
    const record = await bench().arrive()
    await restartWith(bench(), record)
    await answer(bench(), record)
    expect(bench().farEnd.state(record.leg)).toBe('answered')
  })

  test.each(['', '{}', '{"version":99}', 'not JSON'])(
    'a leg whose record holds %j is not taken up',
    async data => {
      const record = await bench().arrive()
      await bench().restart()
      expect(
        bench()
          .driver()
          .restore({ ...record, data }),
      ).toBe(false)
      expect(bench().driver().restore(structuredClone(record))).toBe(true)
    },
  )

  test('restoring a leg twice changes nothing', async () => {
    const record = await bench().arrive()
    await bringUp(bench(), record)
    bench().driver().restore(record)
    await bench().settle()
    expect(told(bench(), record, 'media lost')).toEqual([])
    await bench().driver().hangUp({ leg: record.leg, ending: byOperator })
    await bench().settle()
    expect(bench().farEnd.state(record.leg)).toBe('ended')
  })
}

/** Orders media and waits until it is up, by the answer or by a report. */
async function bringUp(bench: LegBench, { leg, call }: LegRecord): Promise<LegMedia | undefined> {
  const opened = await bench.driver().openMedia({ leg, call, ...path })
  if (opened.type === 'open') return opened.media
  expect(opened).toEqual({ type: 'carrier opens' })
  await bench.farEnd.bringAudio(leg)
  await bench.settle()
  const up = bench.told().find(event => event.type === 'media up' && event.leg === leg)
  return up?.type === 'media up' ? up.media : undefined
}

async function answer(bench: LegBench, record: LegRecord): Promise<void> {
  const media = (await bringUp(bench, record)) ?? { ...path, local: null }
  await bench.driver().answer({ leg: record.leg, media })
  await bench.settle()
}

async function restartWith(bench: LegBench, record: LegRecord): Promise<void> {
  await bench.restart()
  bench.driver().restore(structuredClone(record))
  await bench.settle()
}

function told(bench: LegBench, { leg }: LegRecord, type: LegEvent['type']): LegEvent[] {
  return bench.told().filter(event => event.leg === leg && event.type === type)
}
