import type { EndpointSnapshot, MediaPort } from '../media/index.ts'

/**
 * What the workers held when this control first met them. A worker that does not come within `patienceMs` holds nothing:
 * it is being restarted, and its calls are lost with it or taken up when it is there.
 */
export function firstSnapshots(order: {
  media: Pick<MediaPort, 'onWorker'>
  workers: number
  patienceMs: number
}): Promise<Map<number, EndpointSnapshot[]>> {
  const seen = new Map<number, EndpointSnapshot[]>()
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(seen), order.patienceMs)
    order.media.onWorker((worker, state) => {
      if (!state.up || seen.has(worker)) return
      seen.set(worker, state.endpoints)
      if (seen.size < order.workers) return
      clearTimeout(timer)
      resolve(seen)
    })
  })
}
