import type { EndpointSnapshot, WorkerCommand } from '../media/worker.port.ts'
import type { CallState } from './call.state.ts'

/**
 * What a former control left at the workers and no call knows of: it died between an entry that let a line or a port go
 * and the orders that follow from it. A line that still hears somebody's call would fail its probes for ever.
 */
export function straysOf(
  calls: readonly CallState[],
  snapshots: ReadonlyMap<number, readonly EndpointSnapshot[]>,
): { worker: number; order: WorkerCommand }[] {
  const lines = new Set(calls.flatMap(call => ('line' in call ? [call.line.endpoint] : [])))
  const callers = new Set(calls.map(call => call.facts.media.endpoint))
  // Their desk phones may ring, or wait for their operator's audio: whoever called them knows, and hangs up the others.
  const deskCalls = new Set(
    calls.filter(call => call.type === 'offered' || call.type === 'parked').map(call => call.facts.call),
  )
  return [...snapshots].flatMap(([worker, endpoints]) =>
    endpoints.flatMap(({ kind, endpoint, source, call }): { worker: number; order: WorkerCommand }[] => {
      if (kind === 'webrtc' && source.type !== 'nothing' && !lines.has(endpoint))
        return [{ worker, order: { type: 'hear', endpoint, source: { type: 'nothing' } } }]
      // A carrier's stream may be there before its call knows of it; a port is ours alone.
      const isOurs = callers.has(endpoint) || lines.has(endpoint) || (call !== null && deskCalls.has(call))
      if (kind === 'rtp' && !isOurs) return [{ worker, order: { type: 'close', endpoint } }]
      return []
    }),
  )
}
