import type { LegRecord } from '../../leg.port.ts'
import { createTestTrunk } from '../doubles.ts'
import { createTestBench as createSipBench } from '../test-bench.ts'
import type { OutgoingPlan } from './outgoing.port.ts'
import { TestFarEnd } from './test-far-end.ts'

let made = 0

/** The SIP driver between doubles, with telephones that it calls. */
export async function createTestBench(options: Parameters<typeof createSipBench>[0] = {}) {
  const bench = await createSipBench(options)
  const trunk = createTestTrunk()

  function planOf(changes: Partial<OutgoingPlan> = {}): OutgoingPlan {
    made += 1
    const host = `127.0.0.1:${bench.phone.port}`
    return {
      version: 1,
      targets: [{ uri: `sip:+15550123@${host}`, routes: [], credentialsFor: '127.0.0.1' }],
      from: '<sip:+15550100@ringdown.test>',
      to: `<sip:+15550123@${host}>`,
      contactUser: 'ringdown',
      headers: [],
      audio: { codecs: ['PCMU', 'PCMA'] },
      sessionId: '4711',
      callId: `out-${made}`,
      localTag: `ours${made}`,
      branch: `branch${made}x`,
      trunk: trunk.id,
      flow: null,
      ringLimitMs: 60_000,
      redirects: 0,
      ...changes,
    }
  }

  /** A leg with its audio open, in a call that stands in the journal. */
  async function prepare(changes?: Partial<OutgoingPlan>) {
    const prepared = bench.driver().outgoing.prepare({ plan: planOf(changes), trunk })
    if (!prepared.ok) throw new Error(prepared.code)
    const record: LegRecord = { ...prepared.leg, call: `call-${made}` }
    const { leg, call } = record
    const opened = await bench.driver().openMedia({ leg, call, endpoint: `far:${call}`, worker: 0 })
    if (opened.type !== 'open') throw new Error(opened.type)
    return { record, media: opened.media }
  }

  type Made = Awaited<ReturnType<typeof prepare>>

  const dial = ({ record, media }: Made) => bench.driver().dial!({ leg: record.leg, media })

  return {
    ...bench,
    trunk,
    planOf,
    prepare,
    dial,
    /** A call whose INVITE came to the telephone. */
    async call(changes?: Partial<OutgoingPlan>) {
      const leg = await prepare(changes)
      await dial(leg)
      return { ...leg, farEnd: await TestFarEnd.rung(bench.phone) }
    },
    /** Two people talk. */
    async talk(changes?: Partial<OutgoingPlan>) {
      const called = await this.call(changes)
      await called.farEnd.answer()
      await called.farEnd.next('ACK')
      await bench.settle()
      return called
    },
    hangUpOf: ({ record }: Made) =>
      bench.driver().hangUp({ leg: record.leg, ending: { result: 'operator', reason: 'canceled' } }),
    /** A new control knows only what was stored; it listens at the same place. */
    async restartWith(...legs: Made[]): Promise<void> {
      await bench.kill()
      for (const { record } of legs) {
        const data = bench.kept.get(record.leg) ?? record.data
        bench.driver().restore(structuredClone({ ...record, data }))
      }
      await bench.listen()
      bench.media.announce()
    },
    told: () => bench.calls.told.map(event => withoutNames(event)),
  }
}

/** What a report says, in a line. */
function withoutNames(event: { type: string; cause?: string; earlyMedia?: boolean }): string {
  if (event.type === 'progress') return event.earlyMedia ? 'early media' : 'rings'
  return event.cause ?? event.type
}

export type TestBench = Awaited<ReturnType<typeof createTestBench>>
