import type { CallerIdentity, Ending } from '@ringdown/contract'
import type { LegDriver, LegKind, LegRecord } from '../../legs/leg.port.ts'
import type { MediaPort } from '../../media/worker.port.ts'

export type TestDriver = LegDriver & {
  /** Everything it was asked, in order. */
  readonly asked: ({ leg: string } & (
    | { type: 'restore'; answered: boolean | undefined; record: LegRecord }
    | { type: 'open'; worker: number; port: number | undefined }
    | { type: 'answer' }
    | { type: 'identify'; arrivedAt: number }
    | { type: 'dial' }
    | { type: 'hang up'; ending: Ending }
  ))[]
  hangUps(leg: string): number
  /** The next orders to hang up fail. */
  failHangUps(fail: boolean): void
  /** What is proved about callers is known only when the returned function says it; else it is `unverified` at once. */
  holdIdentity(): (identity: CallerIdentity) => void
  /** Far ends hear of their end only when the returned function is called. */
  holdFarewells(): () => void
}

/** What no driver can read. */
const unreadable = 'unreadable'

/** A leg without signalling. The audio of a SIP leg is opened at the worker; a stream's comes by itself, and calls nobody. */
export function createTestDriver(order: { kind: LegKind; media: MediaPort }): TestDriver {
  const asked: TestDriver['asked'] = []
  let failing = false
  let farewell = Promise.resolve()
  let identity = Promise.resolve<CallerIdentity>('unverified')
  async function identify({ leg, arrivedAt }: { leg: string; arrivedAt: number }) {
    asked.push({ type: 'identify', leg, arrivedAt })
    return identity
  }

  return {
    kind: order.kind,
    asked,
    hangUps: leg => asked.filter(one => one.type === 'hang up' && one.leg === leg).length,
    failHangUps(fail) {
      failing = fail
    },
    holdIdentity() {
      const { promise, resolve } = Promise.withResolvers<CallerIdentity>()
      identity = promise
      return resolve
    },
    holdFarewells() {
      const { promise, resolve } = Promise.withResolvers<void>()
      farewell = promise
      return resolve
    },
    restore(record, known) {
      asked.push({ type: 'restore', leg: record.leg, answered: known?.answered, record })
      return record.data !== unreadable
    },
    async openMedia({ leg, call, endpoint, worker, port }) {
      asked.push({ type: 'open', leg, worker, port })
      if (order.kind === 'stream') return { type: 'carrier opens' }
      const settings = {
        codec: 'PCMU' as const,
        payloadType: 0,
        remote: { address: '127.0.0.1', port: 9 },
        peerHolds: false,
      }
      const asking = { type: 'open rtp' as const, endpoint, call, settings }
      const answer = await order.media.command(worker, port === undefined ? asking : { ...asking, port })
      if (!answer.ok || answer.type !== 'rtp') return { type: 'failed', ending: noAudio }
      return { type: 'open', media: { worker, endpoint, local: answer.local } }
    },
    answer: async ({ leg }) => void asked.push({ type: 'answer', leg }),
    ...(order.kind === 'sip' ? { identify } : {}),
    ...(order.kind === 'sip' && { dial: async ({ leg }) => void asked.push({ type: 'dial', leg }) }),
    async hangUp({ leg, ending }) {
      asked.push({ type: 'hang up', leg, ending })
      if (failing) throw new Error('the carrier does not answer')
    },
    untilTold: () => farewell,
  }
}

const noAudio: Ending = { result: 'internal', reason: 'internal-error' }
