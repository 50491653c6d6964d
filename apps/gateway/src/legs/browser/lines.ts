import { randomUUID } from 'node:crypto'
import type { LineState, LiveMessage } from '@ringdown/contract'
import type { EndpointSnapshot, MediaPort } from '../../media/worker.port.ts'
import type { Line, LineInput } from './line.state.ts'
import { lineTimer, lineTransition, lineView, openLine, probing } from './line.state.ts'

export type LineEnd = { worker: number; endpoint: string }

export type LinesNeeds = {
  media: MediaPort
  clock: { now(): number; at(at: number, due: () => void): () => void }
  /** Whether somebody is there to answer a probe. */
  hasPage(operator: string): boolean
  /** To the operator's page; nothing happens when it is not there. */
  send(operator: string, message: LiveMessage): void
  /** What `view` says is new. */
  onChanged(operator: string): void
  /** Warm or not: whether calls may be offered. */
  onWarm(operator: string, warm: boolean): void
  /** The line can carry a call: it has just connected, or its page has proved that it still hears. */
  onReady(operator: string, line: LineEnd): void
  /** The line broke. */
  onLost(operator: string): void
}

type Held = { id: string; end: LineEnd; line: Line; cancelTimer: () => void }

/** Refusals of a browser's offer. */
export type OpenResult =
  | { ok: true; answer: string }
  | { ok: false; reason: 'line.refused' | 'gateway.internal' }

/** The warm lines of all operators of this control: one each, the newest page's. */
export function createLines(needs: LinesNeeds) {
  const { media, clock } = needs
  const lines = new Map<string, Held>()

  function put(operator: string, input: LineInput) {
    const held = lines.get(operator)
    if (!held) return
    const before = held.line
    const { line, effects } = lineTransition(before, input, clock.now())
    held.line = line
    for (const effect of effects) {
      if (effect.type === 'send probe') sendProbe(operator, held, effect.probe)
      else giveUp(operator, held)
    }
    arm(operator, held)
    report(operator, held, before, input)
  }

  function report(operator: string, held: Held, before: Line, input: LineInput) {
    const { line } = held
    const wasWarm = lineView(before) === 'warm'
    const isWarm = lineView(line) === 'warm'
    if (line.type === 'down') {
      lines.delete(operator)
      held.cancelTimer()
    }
    if (lineView(before) !== lineView(line)) needs.onChanged(operator)
    if (wasWarm !== isWarm || before.type !== line.type || input.type === 'probe result')
      needs.onWarm(operator, isWarm)
    if (line.type === 'down') needs.onLost(operator)
    else if (input.type === 'connected' || (isWarm && !wasWarm)) needs.onReady(operator, held.end)
  }

  function arm(operator: string, held: Held) {
    held.cancelTimer()
    const due = lineTimer(held.line)
    held.cancelTimer =
      due === null ? () => {} : clock.at(due, () => put(operator, { type: 'timer', probe: randomUUID() }))
  }

  function sendProbe(operator: string, held: Held, probe: string) {
    needs.send(operator, {
      type: 'probe',
      probe,
      line: held.id,
      packets: probing.packets,
      afterMs: probing.countMs,
    })
    void media
      .command(held.end.worker, {
        type: 'probe',
        endpoint: held.end.endpoint,
        probe,
        packets: probing.packets,
      })
      .catch(() => {})
  }

  function closeEndpoint({ end }: Pick<Held, 'end'>) {
    void media.command(end.worker, { type: 'close', endpoint: end.endpoint }).catch(() => {})
  }

  function giveUp(operator: string, held: Held) {
    closeEndpoint(held)
    needs.send(operator, { type: 'line lost', line: held.id })
  }

  /** Not at the page's wish: it may not know yet. */
  function lose(operator: string, held: Held) {
    needs.send(operator, { type: 'line lost', line: held.id })
    put(operator, { type: 'lost' })
  }

  /**
   * What the worker holds from before this control; nothing of it is warm until probed. Of several lines of one operator the newest
   * counts: a page leaves its former one before it opens another, and the worker takes half a minute to notice.
   */
  function takeUp(worker: number, endpoints: readonly EndpointSnapshot[]) {
    const known = new Set(lines.keys())
    for (const { endpoint, kind, owner, connected } of endpoints.toReversed()) {
      const id = kind === 'webrtc' && owner ? lineIdOf(endpoint) : undefined
      if (!owner || !id || known.has(owner)) continue
      const end = { worker, endpoint }
      if (lines.has(owner)) closeEndpoint({ end })
      else if (connected) holdUnproved(owner, id, end)
      // Its page is waiting for it to connect.
      else hold(owner, id, end, openLine(clock.now()))
    }
  }

  function holdUnproved(operator: string, id: string, end: LineEnd) {
    const nextProbe = Number.MAX_SAFE_INTEGER
    hold(operator, id, end, { type: 'up', warm: false, probe: null, nextProbe, busy: false })
    if (needs.hasPage(operator)) put(operator, { type: 'socket back', probe: randomUUID() })
  }

  function hold(operator: string, id: string, end: LineEnd, line: Line) {
    const held: Held = { id, end, line, cancelTimer: () => {} }
    lines.set(operator, held)
    arm(operator, held)
    return held
  }

  media.onEvent(event => {
    if (event.type !== 'connected' && event.type !== 'lost') return
    const operator = operatorOfEndpoint(event.endpoint)
    const held = operator === undefined ? undefined : lines.get(operator)
    if (!operator || held?.end.endpoint !== event.endpoint) return
    if (event.type === 'lost') lose(operator, held)
    else put(operator, { type: 'connected', probe: randomUUID() })
  })

  media.onWorker((worker, state) => {
    for (const [operator, held] of [...lines]) {
      if (held.end.worker !== worker) continue
      // Whether a worker that does not answer still holds the line, its snapshot will say; until then nobody is rung there.
      if (!state.up) put(operator, { type: 'socket gone' })
      else if (state.endpoints.some(e => e.endpoint === held.end.endpoint))
        put(operator, { type: 'socket back', probe: randomUUID() })
      else lose(operator, held)
    }
    if (state.up) takeUp(worker, state.endpoints)
  })

  return {
    async open(operator: string, id: string, offer: string, worker: number): Promise<OpenResult> {
      const end = { worker, endpoint: endpointOf(operator, id) }
      const former = lines.get(operator)
      former?.cancelTimer()
      if (former && former.end.endpoint !== end.endpoint) closeEndpoint(former)
      const held = hold(operator, id, end, openLine(clock.now()))
      // A call on the former line hears music until this one is up.
      if (former?.line.type === 'up') needs.onLost(operator)
      needs.onWarm(operator, false)
      needs.onChanged(operator)
      const command = { type: 'open webrtc' as const, endpoint: end.endpoint, owner: operator, offer }
      // A worker that went away meanwhile answers by a rejection.
      const answer = await media.command(worker, command).catch(() => undefined)
      if (answer?.ok && answer.type === 'webrtc') return { ok: true, answer: answer.answer }
      if (lines.get(operator) === held) put(operator, { type: 'lost' })
      const isRefused = answer?.ok === false && answer.code === 'sdp.refused'
      return { ok: false, reason: isRefused ? 'line.refused' : 'gateway.internal' }
    },
    close(operator: string, id: string) {
      const held = lines.get(operator)
      if (held?.id !== id) return
      closeEndpoint(held)
      put(operator, { type: 'lost' })
    },
    probeResult: (operator: string, probe: string, received: number) =>
      put(operator, { type: 'probe result', probe, received }),
    socketGone: (operator: string) => put(operator, { type: 'socket gone' }),
    socketBack: (operator: string) => put(operator, { type: 'socket back', probe: randomUUID() }),
    setBusy: (operator: string, busy: boolean) => put(operator, { type: 'busy', busy, probe: randomUUID() }),
    /** The end that a call can be joined to; undefined while there is none. */
    endOf(operator: string): LineEnd | undefined {
      const held = lines.get(operator)
      return held?.line.type === 'up' ? held.end : undefined
    },
    view(operator: string): { id: string | null; state: LineState } {
      const held = lines.get(operator)
      return { id: held?.id ?? null, state: lineView(held?.line) }
    },
  }
}

export type Lines = ReturnType<typeof createLines>

const endpointOf = (operator: string, line: string) => `line:${operator}:${line}`
const operatorOfEndpoint = (endpoint: string) =>
  endpoint.startsWith('line:') ? endpoint.split(':')[1] : undefined
const lineIdOf = (endpoint: string) => endpoint.split(':').slice(2).join(':') || undefined
