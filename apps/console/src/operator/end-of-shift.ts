import type { LiveClient } from '../live/index.ts'
import type { Time } from '../time/index.ts'

/** A gateway that does not answer keeps nobody from leaving. ms */
const patienceMs = 1_000

/** Whoever signs out is not called any more, at their desk phone either, which would ring on without this page. */
export function endShift(args: { live: Pick<LiveClient, 'value' | 'send'>; time: Time }): Promise<void> {
  const { live, time } = args
  const status = live.value.view?.operator.status
  if (status === undefined || status === 'offline') return Promise.resolve()
  return new Promise(resolve => {
    const cancel = time.after(patienceMs, resolve)
    void live.send({ type: 'go offline' }).then(() => {
      cancel()
      resolve()
    })
  })
}
