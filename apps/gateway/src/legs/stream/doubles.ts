import type { EndpointSnapshot, MediaPort, WorkerCommand, WorkerEvent } from '../../media/worker.port.ts'
import type { CallsPort, LegEvent } from '../leg.port.ts'
import type { CarrierAnswer, CarrierCall, Clock, StreamCarrier } from './carrier.port.ts'
import type { StreamCounter } from './stream-legs.port.ts'

/** Time that stands until a test moves it. */
export function createTestClock(start = 1_800_000_000_000) {
  let now = start
  let timers: { at: number; run: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter(t => t !== timer)
      }
    },
  }
  return {
    ...clock,
    advance(ms: number) {
      now += ms
      const due = timers.filter(t => t.at <= now).sort((a, b) => a.at - b.at)
      timers = timers.filter(t => t.at > now)
      for (const timer of due) timer.run()
    },
    pending: () => timers.length,
  }
}

/** Workers that accept every stream and remember what they were told. */
export function createTestMedia({
  workers = 2,
  onCommand = () => {},
}: {
  workers?: number
  onCommand?: (command: WorkerCommand, worker: number) => void
} = {}) {
  const commands: { worker: number; command: WorkerCommand }[] = []
  const held = new Map<string, { worker: number; snapshot: EndpointSnapshot }>()
  const down = new Set<number>()
  const eventListeners: ((event: WorkerEvent, worker: number) => void)[] = []
  const workerListeners: Parameters<MediaPort['onWorker']>[0][] = []
  /** The worker's process is another one: it holds nothing. */
  const lose = (worker: number) => {
    for (const [endpoint, one] of held) if (one.worker === worker) held.delete(endpoint)
  }
  const port: MediaPort = {
    place() {
      const worker = Array.from({ length: workers }, (_, index) => index).find(index => !down.has(index))
      if (worker === undefined) throw new Error('no worker is up')
      return worker
    },
    referenceOf: worker => `worker-${worker}`,
    workerOf: reference => {
      const worker = Number(/^worker-(\d)$/.exec(reference)?.[1] ?? Number.NaN)
      return worker < workers && !down.has(worker) ? worker : undefined
    },
    async command(worker, command) {
      if (down.has(worker)) throw new Error('the worker is away')
      commands.push({ worker, command })
      onCommand(command, worker)
      if (command.type === 'accept stream')
        held.set(command.endpoint, { worker, snapshot: streamSnapshot(command) })
      if (command.type === 'close') held.delete(command.endpoint)
      return { ok: true, type: 'done' }
    },
    onEvent: listener => void eventListeners.push(listener),
    onWorker: listener => void workerListeners.push(listener),
  }
  return {
    port,
    commands,
    emit(event: WorkerEvent, worker: number) {
      if (event.type === 'lost') held.delete(event.endpoint)
      for (const listener of eventListeners) listener(event, worker)
    },
    /** Listeners of a control that is gone hear nothing more; a new one is shown what is there. */
    disconnect() {
      eventListeners.length = 0
      workerListeners.length = 0
    },
    announce(worker: number) {
      const endpoints = [...held.values()].filter(h => h.worker === worker).map(h => h.snapshot)
      for (const listener of workerListeners) listener(worker, { up: true, endpoints })
    },
    lose,
    crash(worker: number) {
      down.add(worker)
      lose(worker)
      for (const listener of workerListeners) listener(worker, { up: false })
    },
  }
}

function streamSnapshot({ endpoint, call }: { endpoint: string; call: string }): EndpointSnapshot {
  const stats = {
    packetsReceived: 0,
    packetsSent: 0,
    lossPercent: 0,
    jitterMs: 0,
    silentForMs: null,
    level: null,
    foreignPackets: 0,
  }
  const source = { type: 'nothing' } as const
  const codec = 'PCMU'
  return { endpoint, kind: 'stream', call, owner: null, local: null, connected: true, codec, source, stats }
}

/** A carrier that does as it is told, or answers as a test wants. */
export function createTestCarrier() {
  const orders: { order: 'resume' | 'hang up' | 'apologize'; call: string }[] = []
  let answer: CarrierAnswer = 'done'
  let onHangUp = (_call: CarrierCall) => {}
  const carrier: StreamCarrier = {
    async askToResume({ call }) {
      orders.push({ order: 'resume', call })
      return answer
    },
    async hangUp(call, { apologize }) {
      orders.push({ order: apologize ? 'apologize' : 'hang up', call: call.call })
      onHangUp(call)
      return answer
    },
  }
  return {
    carrier,
    orders,
    answerWith(next: CarrierAnswer) {
      answer = next
    },
    whenHungUp(run: (call: CarrierCall) => void) {
      onHangUp = run
    },
  }
}

/** The call engine's door: takes everything, and says what it was told. */
export function createTestCalls() {
  const told: LegEvent[] = []
  const gone = new Set<string>()
  const arrivals: Parameters<CallsPort['arrive']>[0][] = []
  let refusal: 'gateway.stopping' | 'gateway.database-away' | null = null
  let onArrival = (_leg: string, _call: string): Promise<unknown> | undefined => undefined
  const port: CallsPort = {
    async arrive(arrival) {
      arrivals.push(arrival)
      if (refusal) return { ok: false, code: refusal }
      const call = `call-${arrivals.length}`
      await onArrival(arrival.leg.leg, call)
      return { ok: true, call }
    },
    async report(event) {
      if (gone.has(event.call)) return 'gone'
      told.push(event)
      if (event.type === 'ended') gone.add(event.call)
      return 'taken'
    },
  }
  return {
    port,
    told,
    arrivals,
    closeCall: (call: string) => void gone.add(call),
    refuseWith(code: typeof refusal) {
      refusal = code
    },
    whenArrived(run: typeof onArrival) {
      onArrival = run
    },
  }
}

export function createTestCounter<What extends string>() {
  const counts = new Map<What, number>()
  return {
    count: (what: What) => void counts.set(what, (counts.get(what) ?? 0) + 1),
    of: (what: What) => counts.get(what) ?? 0,
  }
}

export type TestCounter = ReturnType<typeof createTestCounter<Parameters<StreamCounter['count']>[0]>>
