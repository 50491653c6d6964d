import type {
  EndpointSnapshot,
  MediaPort,
  Source,
  WorkerAnswer,
  WorkerCommand,
  WorkerEvent,
} from '../../media/worker.port.ts'

type WorkerState = Parameters<Parameters<MediaPort['onWorker']>[0]>[1]

export type TestMedia = MediaPort & {
  readonly commands: { worker: number; command: WorkerCommand }[]
  /** What each endpoint of a worker hears. */
  heard(worker: number): Map<string, Source>
  emit(event: WorkerEvent, worker?: number): void
  /** The worker dies, or is back with what it still holds. */
  worker(worker: number, state: WorkerState): void
  snapshots(): Map<number, EndpointSnapshot[]>
  open(worker: number, endpoint: Partial<EndpointSnapshot> & { endpoint: string }): void
}

/** Media workers that remember what they were told. Commands to one that is down are refused as the pool does. */
export function createTestMedia(workers = 1): TestMedia {
  const commands: TestMedia['commands'] = []
  const members = Array.from({ length: workers }, () => ({
    up: true,
    endpoints: new Map<string, EndpointSnapshot>(),
  }))
  const onEvent: Parameters<MediaPort['onEvent']>[0][] = []
  const onWorker: Parameters<MediaPort['onWorker']>[0][] = []
  let ports = 40_000

  function carryOut(worker: number, command: WorkerCommand): WorkerAnswer {
    const { endpoints } = members[worker]!
    switch (command.type) {
      case 'open rtp': {
        const known = endpoints.get(command.endpoint)
        const port = known?.local?.port ?? command.port ?? ports++
        const local = { address: '127.0.0.1', port }
        if (!known) open(worker, { endpoint: command.endpoint, kind: 'rtp', call: command.call, local })
        return { ok: true, type: 'rtp', local }
      }
      case 'open webrtc':
        open(worker, { endpoint: command.endpoint, kind: 'webrtc', owner: command.owner })
        return { ok: true, type: 'webrtc', answer: `answer to ${command.offer}` }
      case 'hear': {
        const known = endpoints.get(command.endpoint)
        if (!known) return { ok: false, code: 'endpoint.unknown', message: command.endpoint }
        known.source = command.source
        return { ok: true, type: 'done' }
      }
      case 'close':
        endpoints.delete(command.endpoint)
        return { ok: true, type: 'done' }
      case 'snapshot':
        return { ok: true, type: 'snapshot', endpoints: [...endpoints.values()] }
      default:
        return { ok: true, type: 'done' }
    }
  }

  function open(worker: number, endpoint: Partial<EndpointSnapshot> & { endpoint: string }) {
    const stats = {
      packetsReceived: 0,
      packetsSent: 0,
      lossPercent: 0,
      jitterMs: 0,
      silentForMs: null,
      level: null,
      foreignPackets: 0,
    }
    members[worker]!.endpoints.set(endpoint.endpoint, {
      kind: 'rtp',
      call: null,
      owner: null,
      local: null,
      connected: true,
      codec: 'PCMU',
      source: { type: 'nothing' },
      stats,
      ...endpoint,
    })
  }

  return {
    commands,
    heard: worker => new Map([...members[worker]!.endpoints.values()].map(e => [e.endpoint, e.source])),
    place() {
      const worker = members.findIndex(m => m.up)
      if (worker < 0) throw away()
      return worker
    },
    referenceOf: worker => `worker-${worker}`,
    workerOf: reference => Number(reference.split('-')[1]),
    async command(worker, command) {
      commands.push({ worker, command })
      if (!members[worker]?.up) throw away()
      return carryOut(worker, command)
    },
    onEvent: listener => void onEvent.push(listener),
    onWorker: listener => void onWorker.push(listener),
    emit(event, worker = 0) {
      if (event.type === 'lost') members[worker]!.endpoints.delete(event.endpoint)
      for (const listener of onEvent) listener(event, worker)
    },
    worker(worker, state) {
      const member = members[worker]!
      member.up = state.up
      member.endpoints.clear()
      if (state.up) for (const endpoint of state.endpoints) member.endpoints.set(endpoint.endpoint, endpoint)
      for (const listener of onWorker) listener(worker, state)
    },
    snapshots: () =>
      new Map(members.flatMap((m, worker) => (m.up ? [[worker, [...m.endpoints.values()]]] : []))),
    open,
  }
}

function away(): Error {
  return Object.assign(new Error('no media worker is up'), { code: 'media.away' })
}
