import { randomUUID } from 'node:crypto'
import type { LineState, LiveMessage } from '@ringdown/contract'
import type { EndpointSnapshot, MediaPort } from '../../media/worker.port.ts'
import type { Line, LineInput } from './line.state.ts'
import { lineTimer, lineTransition, lineView, openLine, probing } from './line.state.ts'

export type LineEnd = { worker: number; endpoint: string }

export type LinesNeeds = {
  media: MediaPort
  clock: { now(): number; at(at: number, due: () => void): () => void }
  /** To the operator's page; nothing happens when it is not there. */
  send(operator: string, message: LiveMessage): void
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
      else closeEndpoint(held)
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

  function closeEndpoint(held: Held) {
    void media.command(held.end.worker, { type: 'close', endpoint: held.end.endpoint }).catch(() => {})
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
    if (!operator || lines.get(operator)?.end.endpoint !== event.endpoint) return
    put(operator, event.type === 'lost' ? { type: 'lost' } : { type: 'connected', probe: randomUUID() })
  })

  media.onWorker((worker, state) => {
    for (const [operator, held] of [...lines]) {
      if (held.end.worker !== worker) continue
      // Whether a worker that does not answer still holds the line, its snapshot will say; until then nobody is rung there.
      if (!state.up) put(operator, { type: 'socket gone' })
      else if (state.endpoints.some(e => e.endpoint === held.end.endpoint))
        put(operator, { type: 'socket back', probe: randomUUID() })
      else {
        needs.send(operator, { type: 'line lost', line: held.id })
        put(operator, { type: 'lost' })
      }
    }
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
    /** Takes up what the workers still hold from before this control; nothing of it is warm until probed. */
    restore(worker: number, endpoints: readonly EndpointSnapshot[]) {
      for (const endpoint of endpoints) {
        const operator = endpoint.owner
        const id = endpoint.kind === 'webrtc' && operator ? lineIdOf(endpoint.endpoint) : undefined
        if (!operator || !id || !endpoint.connected || lines.has(operator)) continue
        const line: Line = {
          type: 'up',
          warm: false,
          probe: null,
          nextProbe: Number.MAX_SAFE_INTEGER,
          busy: false,
        }
        hold(operator, id, { worker, endpoint: endpoint.endpoint }, line)
      }
    },
  }
}

export type Lines = ReturnType<typeof createLines>

const endpointOf = (operator: string, line: string) => `line:${operator}:${line}`
const operatorOfEndpoint = (endpoint: string) =>
  endpoint.startsWith('line:') ? endpoint.split(':')[1] : undefined
const lineIdOf = (endpoint: string) => endpoint.split(':').slice(2).join(':') || undefined
