import type { EndpointSnapshot } from '../../media/worker.port.ts'
import type { Path } from './stream-leg.state.ts'

/**
 * Streams that workers held when this control dialled them: after a restart a leg may be restored
 * after the snapshot came, or before.
 */
export function createStreamsFound() {
  const paths = new Map<string, Path>()
  const forgetWorker = (worker: number) => {
    for (const [call, path] of paths) if (path.worker === worker) paths.delete(call)
  }
  return {
    forgetWorker,
    see(worker: number, endpoints: EndpointSnapshot[]) {
      forgetWorker(worker)
      for (const { kind, call, endpoint } of endpoints) {
        if (kind === 'stream' && call !== null) paths.set(call, { worker, endpoint })
      }
    },
    drop({ worker, endpoint }: Path) {
      for (const [call, path] of paths) {
        if (path.worker === worker && path.endpoint === endpoint) paths.delete(call)
      }
    },
    of: (call: string | null): Path | undefined => (call === null ? undefined : paths.get(call)),
  }
}
