import type { Ending } from '@ringdown/contract'
import type { WorkerEvent } from '../../media/worker.port.ts'
import type { LegDriver, LegId } from '../leg.port.ts'
import { createEndedLegs } from './ended-legs.ts'
import { type LegData, readLegData, writeLegData } from './leg-data.ts'
import { LegRun } from './leg-run.ts'
import type { StreamDriverNeeds, StreamLegs } from './stream-legs.port.ts'
import { createStreamsFound } from './streams-found.ts'
import { legOfToken, mintToken } from './token.ts'

type Own = ReturnType<typeof createBook> & { needs: StreamDriverNeeds }

/** Drives legs whose audio is a WebSocket that the carrier opens (Twilio Media Streams). */
export function createStreamDriver(needs: StreamDriverNeeds): { driver: LegDriver; legs: StreamLegs } {
  const own = { ...createBook(needs), needs }
  listenToWorkers(own)
  return { driver: driverOf(own), legs: legsOf(own) }
}

function createBook(needs: StreamDriverNeeds) {
  const runs = new Map<LegId, LegRun>()
  const over = createEndedLegs()
  const found = createStreamsFound()
  const begin = (own: { leg: LegId; data: LegData; call: string | null; token: string | null }) => {
    const forget = () => {
      runs.delete(own.leg)
      over.add(own.leg)
    }
    const run = new LegRun({ ...needs, ...own, forget })
    runs.set(own.leg, run)
    return run
  }
  return { runs, over, found, begin }
}

function listenToWorkers({ needs, runs, found }: Own): void {
  needs.media.onEvent((event, worker) => {
    if (event.type === 'stream started') startStream({ needs, runs }, event, worker)
    if (event.type === 'lost') {
      const path = { worker, endpoint: event.endpoint }
      found.drop(path)
      for (const run of runs.values()) run.lost(path)
    }
  })
  needs.media.onWorker((worker, state) => {
    if (state.up) found.see(worker, state.endpoints)
    else found.forgetWorker(worker)
    for (const run of runs.values()) {
      const path = found.of(run.call())
      run.workerChanged(worker, path?.worker === worker ? path : undefined)
    }
  })
}

function startStream(
  { needs, runs }: Pick<Own, 'needs' | 'runs'>,
  event: Extract<WorkerEvent, { type: 'stream started' }>,
  worker: number,
): void {
  const leg = event.token === null ? undefined : legOfToken(event.token)
  const run = leg === undefined ? undefined : runs.get(leg)
  if (run) {
    run.start(event, worker)
    return
  }
  needs.counter.count('stream refused')
  const refusal = { type: 'refuse stream', stream: event.stream, reason: 'the token is unknown' } as const
  // A worker that is gone took the stream with it.
  needs.media.command(worker, refusal).catch(() => undefined)
}

function driverOf({ runs, begin, found, over }: Own): LegDriver {
  return {
    kind: 'stream',
    restore({ leg, call, data: text }) {
      const data = readLegData(text)
      if (!data) return false
      if (runs.has(leg)) return true
      const path = found.of(call)
      const run = begin({ leg, data, call, token: null })
      const cause = over.causeOf(leg)
      if (cause) void run.carrierEnded(cause)
      else if (path) run.workerChanged(path.worker, path)
      else run.restored()
      return true
    },
    async openMedia({ leg, call, endpoint, worker }) {
      const run = runs.get(leg)
      return run ? run.open({ call, path: { worker, endpoint } }) : { type: 'failed', ending: legUnknown }
    },
    async answer({ leg }) {
      // The carrier answered by itself when it executed the instruction to open a stream.
      runs.get(leg)?.answer()
    },
    async hangUp({ leg, ending }) {
      await runs.get(leg)?.hangUp({ apologize: apologyFor.has(ending.reason) })
    },
    // The carrier's answer to the order is its word that the caller is told.
    untilTold: async () => undefined,
  }
}

function legsOf({ needs, runs, over, begin }: Own): StreamLegs {
  return {
    announce({ leg, carrierCall }) {
      const { token, mark } = mintToken({ leg, now: needs.clock.now() })
      const data: LegData = { version: 1, ...carrierCall, token: mark }
      begin({ leg, data, call: null, token })
      return writeLegData(data)
    },
    journaled: ({ leg, call }) => runs.get(leg)?.journaled(call),
    discard: leg => void runs.delete(leg),
    standing: leg => (runs.has(leg) ? 'live' : over.has(leg) ? 'over' : 'unknown'),
    firstInstructions: async leg => (await runs.get(leg)?.firstInstructions()) ?? { type: 'over' },
    resumeInstructions: async leg => (await runs.get(leg)?.resumeInstructions()) ?? { type: 'over' },
    async carrierEnded(leg, cause) {
      const run = runs.get(leg)
      if (run) await run.carrierEnded(cause)
      else over.add(leg, cause)
    },
  }
}

const legUnknown: Ending = { result: 'internal', reason: 'internal-error' }

/** Endings that come out of the blue for a caller who is still there. */
const apologyFor: ReadonlySet<Ending['reason']> = new Set([
  'media-lost',
  'stream-never-came',
  'shutdown',
  'not-recovered',
  'internal-error',
])
