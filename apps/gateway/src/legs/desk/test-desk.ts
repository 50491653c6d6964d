import type { EndpointSnapshot, WorkerCommand } from '../../media/worker.port.ts'
import type { LegEndCause, LegId } from '../leg.port.ts'
import type { OutgoingListener } from '../sip/outgoing/outgoing.port.ts'
import type { Reach } from '../sip/registrar/registrar.port.ts'
import type { DeskLegRecord } from './desk-lines.port.ts'
import { createDeskLines } from './desk-lines.ts'
import { deskPlanOf } from './desk-plan.rules.ts'

const reachOf = (name: string): Reach => ({
  device: name,
  uri: `sip:${name}@192.0.2.7`,
  flow: { transport: 'udp', address: '192.0.2.7', port: 5060 },
})

/** What everything said and did, in order: `ring desk`, `hang up desk`, `call: picked up`. */
type Log = string[]

/** Telephones that do what a test says, around real desk lines. */
export function createTestDesk(order: { phones?: string[]; stored?: DeskLegRecord[] } = {}) {
  const log: Log = []
  const listeners = new Map<LegId, OutgoingListener>()
  const legOf = new Map<string, LegId>()
  const nameOf = (leg: LegId) => [...legOf].find(([, of]) => of === leg)?.[0] ?? leg
  const rows = new Map<LegId, DeskLegRecord>((order.stored ?? []).map(row => [row.leg, row]))
  let onWorker: Parameters<Needs['media']['onWorker']>[0] = () => {}
  let isTaken = true
  let isWorkerAway = false
  let tokens = 0

  const desk = createDeskLines({
    driver: {
      outgoing: {
        prepare({ plan, listener }) {
          const name = plan.targets[0]!.uri.split(/[:@]/)[1]!
          const leg = `leg-${name}`
          legOf.set(name, leg)
          listeners.set(leg, listener!)
          return { ok: true, leg: { leg, kind: 'sip', data: 'data' } }
        },
        discard: () => {},
        restore({ leg, data }, listener) {
          if (data === 'unreadable') return false
          legOf.set(leg.replace('leg-', ''), leg)
          listeners.set(leg, listener)
          return true
        },
      },
      async openMedia({ worker, endpoint }) {
        if (isWorkerAway) throw new Error('away')
        return { type: 'open', media: { worker, endpoint, local: { address: '192.0.2.1', port: 40_000 } } }
      },
      dial: async ({ leg }) => void log.push(`ring ${nameOf(leg)}`),
      hangUp: async ({ leg, isAnsweredElsewhere }) =>
        void log.push(`hang up ${nameOf(leg)}${isAnsweredElsewhere ? ' (answered elsewhere)' : ''}`),
      untilTold: async () => {},
    },
    media: {
      command: async (_worker: number, _command: WorkerCommand) => ({ ok: true, type: 'done' }),
      onWorker(listener) {
        onWorker = listener
      },
    },
    contactsOf: () => (order.phones ?? ['desk']).map(reachOf),
    planOf: ({ reach, title }) =>
      deskPlanOf({
        reach,
        title,
        host: '192.0.2.1',
        audio: { codecs: ['PCMU'] },
        ringLimitMs: 30_000,
        newToken: () => `t${++tokens}`,
        sessionId: '1',
      }),
    store: {
      add: async row => void rows.set(row.leg, row),
      keep: async (leg, data) => void rows.set(leg, { ...rows.get(leg)!, data }),
      moved: async (leg, end) => void rows.set(leg, { ...rows.get(leg)!, ...end }),
      remove: async leg => void rows.delete(leg),
      read: async () => [...rows.values()],
    },
    reports: {
      async pickedUp({ operator }) {
        log.push(`call: ${operator} picked up`)
        return isTaken
      },
      declined: async ({ operator }) => void log.push(`call: ${operator} declined`),
      hungUp: async ({ operator }) => void log.push(`call: ${operator} hung up`),
      held: async ({ operator, isHeld }) =>
        void log.push(`call: ${operator} ${isHeld ? 'holds' : 'resumes'}`),
      away: async ({ operator }) => void log.push(`call: ${operator} away`),
      back: async ({ operator }) => void log.push(`call: ${operator} back`),
    },
    newToken: () => `t${++tokens}`,
    onFailed: what => void log.push(`failed: ${what}`),
  })

  const report = (name: string) => listeners.get(legOf.get(name) ?? '')!.report
  return {
    desk,
    log,
    rows,
    /** Empties the log, once everything that follows from what happened has. */
    async said(): Promise<Log> {
      await new Promise(resolve => setImmediate(resolve))
      return log.splice(0)
    },
    answers: (name: string) => report(name)({ type: 'answered', leg: legOf.get(name)!, call: 'call-1' }),
    ends: (name: string, cause: LegEndCause) =>
      report(name)({ type: 'ended', leg: legOf.get(name)!, call: 'call-1', cause }),
    holds: (name: string, isHeld: boolean) => listeners.get(legOf.get(name)!)!.holds!(isHeld),
    endpointOf: (name: string) => rows.get(legOf.get(name)!)!.endpoint,
    somebodyElseWins() {
      isTaken = false
    },
    worker: {
      dies() {
        isWorkerAway = true
        onWorker(0, { up: false })
      },
      comes(endpoints: string[] = []) {
        isWorkerAway = false
        onWorker(0, { up: true, endpoints: endpoints.map(endpoint => ({ endpoint }) as EndpointSnapshot) })
      },
    },
  }
}

type Needs = Parameters<typeof createDeskLines>[0]
