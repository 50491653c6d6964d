import type { EndpointId, EndpointSnapshot } from '../../media/worker.port.ts'
import type { LegMedia } from '../leg.port.ts'
import type { SipNeeds } from './sip.port.ts'

/** Where the audio of each call is: opened by us, or by the control before us and found at a worker. */
export function createAudioPlaces(workers: Pick<SipNeeds['media'], 'onEvent' | 'onWorker'>) {
  const byCall = new Map<string, LegMedia>()
  const callOf = new Map<EndpointId, string>()

  function set(call: string, media: LegMedia): void {
    byCall.set(call, media)
    callOf.set(media.endpoint, call)
  }

  function drop(endpoint: EndpointId): void {
    const call = callOf.get(endpoint)
    callOf.delete(endpoint)
    if (call !== undefined && byCall.get(call)?.endpoint === endpoint) byCall.delete(call)
  }

  function forgetWorker(worker: number): void {
    for (const media of [...byCall.values()]) if (media.worker === worker) drop(media.endpoint)
  }

  /** What a worker holds now is all that is there of it. */
  function see(worker: number, endpoints: readonly EndpointSnapshot[]): void {
    forgetWorker(worker)
    for (const { kind, call, endpoint, local } of endpoints)
      if (kind === 'rtp' && call !== null) set(call, { worker, endpoint, local })
  }

  workers.onEvent(event => {
    if (event.type === 'lost') drop(event.endpoint)
  })
  workers.onWorker((worker, state) => {
    if (state.up) see(worker, state.endpoints)
    else forgetWorker(worker)
  })

  return {
    set,
    ofCall: (call: string | undefined): LegMedia | undefined =>
      call === undefined ? undefined : byCall.get(call),
    callOf: (endpoint: EndpointId): string | undefined => callOf.get(endpoint),
    forgetCall(call: string | undefined): void {
      const media = call === undefined ? undefined : byCall.get(call)
      if (media) drop(media.endpoint)
    },
  }
}

export type AudioPlaces = ReturnType<typeof createAudioPlaces>
