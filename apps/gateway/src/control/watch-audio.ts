import type { Calls } from '../calls/index.ts'
import type { createBoards } from '../live/index.ts'
import type { MediaPort } from '../media/index.ts'

type WatchNeeds = {
  calls: Calls
  media: MediaPort
  boards: ReturnType<typeof createBoards>
  changed(organization: string): void
}

/** What workers say of a call's audio, for the pages that show it. */
export function watchAudio(needs: WatchNeeds): void {
  watchQuality(needs)
  watchCodecs(needs)
}

function watchQuality({ calls, media, boards, changed }: WatchNeeds): void {
  media.onEvent(event => {
    if (event.type !== 'quality') return
    const call = calls.list().find(c => c.facts.media.endpoint === event.endpoint)
    if (call?.type !== 'connected') return
    const { lossPercent, jitterMs } = event.stats
    boards.quality.set(call.facts.call, { lossPercent, jitterMs })
    changed(call.facts.organization)
  })
}

/** A page makes its browser speak as its caller does. */
function watchCodecs({ calls, media, boards, changed }: WatchNeeds): void {
  const { codecs } = boards
  media.onEvent(event => {
    if (event.type !== 'codec') return
    codecs.set(event.endpoint, event.codec)
    const call = calls.list().find(c => c.facts.media.endpoint === event.endpoint)
    if (call !== undefined) changed(call.facts.organization)
  })
  media.onWorker((_worker, state) => {
    const held = state.up ? state.endpoints.filter(({ call }) => call !== null) : []
    for (const { endpoint, codec } of held) codecs.set(endpoint, codec)
  })
}
