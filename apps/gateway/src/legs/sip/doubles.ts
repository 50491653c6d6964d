import type { EndpointSnapshot, WorkerAnswer, WorkerCommand, WorkerEvent } from '../../media/worker.port.ts'
import type { Ban } from './defence/offences.port.ts'
import type { DialledNumber, SipNeeds, Trunk, TrunkTerms } from './sip.port.ts'

type Media = SipNeeds['media']

/** Workers that open every RTP port they are asked for, and remember what they were told. */
export function createTestMedia() {
  const commands: { worker: number; command: WorkerCommand }[] = []
  const open = new Map<string, { worker: number; snapshot: EndpointSnapshot }>()
  const eventListeners: ((event: WorkerEvent, worker: number) => void)[] = []
  const workerListeners: Parameters<Media['onWorker']>[0][] = []
  let hold: Promise<void> | undefined
  let away: Error | undefined
  let nextPort = 40_000

  function openRtp(worker: number, command: Extract<WorkerCommand, { type: 'open rtp' }>): WorkerAnswer {
    const { endpoint, call, port } = command
    const known = open.get(endpoint)?.snapshot.local
    if (!port) nextPort += 2
    const local = known ?? { address: '0.0.0.0', port: port ?? nextPort }
    open.set(endpoint, { worker, snapshot: rtpSnapshot({ endpoint, call, local }) })
    return { ok: true, type: 'rtp', local }
  }

  const port: Media = {
    async command(worker, command) {
      commands.push({ worker, command })
      await hold
      if (away) throw away
      if (command.type === 'open rtp') return openRtp(worker, command)
      if (command.type === 'close') open.delete(command.endpoint)
      return { ok: true, type: 'done' }
    },
    onEvent: listener => void eventListeners.push(listener),
    onWorker: listener => void workerListeners.push(listener),
  }
  return {
    port,
    commands,
    settings: (type: 'open rtp' | 'update rtp') =>
      commands.flatMap(({ command }) => (command.type === type ? [command.settings] : [])),
    emit(event: WorkerEvent, worker = 0) {
      for (const listener of eventListeners) listener(event, worker)
    },
    /** Commands wait until the returned function is called. */
    hold() {
      let release = () => {}
      hold = new Promise(resolve => {
        release = resolve
      })
      return () => {
        hold = undefined
        release()
      }
    },
    /** The worker's process is gone, and comes back with nothing. */
    crash(worker = 0) {
      away = new Error('the worker is away')
      for (const [endpoint, one] of open) if (one.worker === worker) open.delete(endpoint)
      for (const listener of workerListeners) listener(worker, { up: false })
    },
    comeBack(worker = 0) {
      away = undefined
      for (const listener of workerListeners) listener(worker, { up: true, endpoints: [] })
    },
    /** Listeners of a control that is gone hear nothing more; a new one is shown what is there. */
    disconnect() {
      eventListeners.length = 0
      workerListeners.length = 0
    },
    announce(worker = 0) {
      const endpoints = [...open.values()].filter(one => one.worker === worker).map(one => one.snapshot)
      for (const listener of workerListeners) listener(worker, { up: true, endpoints })
    },
  }
}

function rtpSnapshot(of: Pick<EndpointSnapshot, 'endpoint' | 'call' | 'local'>): EndpointSnapshot {
  const stats = createTestStats(null)
  const codec = 'PCMU'
  return { ...of, kind: 'rtp', owner: null, connected: true, codec, source: { type: 'nothing' }, stats }
}

export const createTestStats = (silentForMs: number | null): EndpointSnapshot['stats'] => ({
  packetsReceived: 0,
  packetsSent: 0,
  lossPercent: 0,
  jitterMs: 0,
  silentForMs,
  level: null,
  foreignPackets: 0,
})

/** A trunk that leaves everything as it is without settings. */
export const createTestTrunk = (terms: Partial<TrunkTerms> = {}): Trunk => ({
  id: 'trunk-1',
  organization: 'org-1',
  settings: {
    numbers: {
      callingCode: null,
      nationalPrefix: '',
      internationalPrefix: '',
      out: 'plus-e164',
      dialPrefix: '',
    },
    registration: null,
    codecs: ['PCMU', 'PCMA'],
    encryption: 'none',
    limits: { calls: 10_000, callsPerSecond: 500 },
    trustsIdentity: false,
    template: 'other',
    ...terms,
  },
})

/** Trunks and numbers, as a test sets them; each answer may be held back or fail. */
export function createTestDirectory() {
  const directory = {
    trunk: createTestTrunk() as Trunk | undefined,
    numbers: new Map<string, DialledNumber>([
      ['+15550100', { organization: 'org-1', number: '+15550100', queue: 'queue-1' }],
      ['+15550199', { organization: 'org-2', number: '+15550199', queue: 'queue-2' }],
    ]),
    bans: [] as Ban[],
    callers: [] as { organization: string; number: string | undefined }[],
    /** Runs before every answer of the named question. */
    before: {} as Partial<Record<'trunkAt' | 'findNumber' | 'storeCaller', () => Promise<void>>>,
  }
  const asks = {
    async trunkAt() {
      await directory.before.trunkAt?.()
      return directory.trunk
    },
    isTrunk: () => directory.trunk !== undefined,
    onBan: (ban: Ban) => void directory.bans.push(ban),
    async findNumber(number: string) {
      await directory.before.findNumber?.()
      return directory.numbers.get(number)
    },
    async storeCaller(order: { organization: string; number: string | undefined }) {
      await directory.before.storeCaller?.()
      directory.callers.push(order)
      return `caller-${directory.callers.length}`
    },
  }
  return Object.assign(directory, { asks })
}
