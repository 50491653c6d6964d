import type { LineState } from '@ringdown/contract'

/** An operator's warm line (FEATURES NX-1). Times: ms since the epoch. */
export type Line =
  /** The worker answered; ICE and DTLS are on their way. */
  | { type: 'opening'; deadline: number }
  /** Connected. `warm` after the last probe was answered; `probe` while one is out. */
  | {
      type: 'up'
      warm: boolean
      probe: { id: string; deadline: number } | null
      nextProbe: number
      busy: boolean
    }
  | { type: 'down' }

export type LineInput =
  | { type: 'connected'; probe: string }
  | { type: 'lost' }
  | { type: 'probe result'; probe: string; received: number }
  | { type: 'timer'; probe: string }
  /** A call uses the line (its audio proves more than a probe), or no longer does. */
  | { type: 'busy'; busy: boolean; probe: string }
  /** The page's socket or the worker's is gone: nobody can answer a probe or be rung. */
  | { type: 'socket gone' }
  | { type: 'socket back'; probe: string }

export type LineEffect = { type: 'send probe'; probe: string } | { type: 'give up' }

export type LineStep = { line: Line; effects: LineEffect[] }

export const probing = {
  /** Packets of one probe, 20 ms apart, and how many must arrive. */
  packets: 10,
  needed: 7,
  /** The browser counts for this long, then answers. */
  countMs: 500,
  answerMs: 3_000,
  everyMs: 15_000,
  /** After too few packets arrived: a moment of load must not cost an operator a call. */
  againMs: 1_000,
  /** ICE and DTLS on a slow network. */
  openMs: 15_000,
} as const

export function openLine(now: number): Line {
  return { type: 'opening', deadline: now + probing.openMs }
}

export function lineTransition(line: Line, input: LineInput, now: number): LineStep {
  if (input.type === 'lost') return { line: { type: 'down' }, effects: [] }
  switch (line.type) {
    case 'opening':
      return opening(line, input, now)
    case 'up':
      return up(line, input, now)
    case 'down':
      return { line, effects: [] }
  }
}

/** When the line's timer is due. */
export function lineTimer(line: Line): number | null {
  if (line.type === 'opening') return line.deadline
  if (line.type === 'down' || line.busy) return null
  return line.probe ? line.probe.deadline : line.nextProbe
}

export function lineView(line: Line | undefined): LineState {
  if (!line || line.type === 'down') return 'none'
  if (line.type === 'opening') return 'opening'
  if (line.warm) return 'warm'
  return line.probe ? 'probing' : 'cold'
}

function opening(line: Extract<Line, { type: 'opening' }>, input: LineInput, now: number): LineStep {
  if (input.type === 'connected') {
    return probe({ type: 'up', warm: false, probe: null, nextProbe: now, busy: false }, input.probe, now)
  }
  if (input.type === 'timer' && now >= line.deadline)
    return { line: { type: 'down' }, effects: [{ type: 'give up' }] }
  return { line, effects: [] }
}

function up(line: Extract<Line, { type: 'up' }>, input: LineInput, now: number): LineStep {
  const same = { line, effects: [] }
  switch (input.type) {
    case 'probe result': {
      if (line.probe?.id !== input.probe) return same
      const warm = input.received >= probing.needed
      return {
        line: { ...line, warm, probe: null, nextProbe: now + (warm ? probing.everyMs : probing.againMs) },
        effects: [],
      }
    }
    case 'timer':
      if (line.busy) return same
      if (!line.probe) return now >= line.nextProbe ? probe(line, input.probe, now) : same
      // An unanswered probe: cold, and asked again at once, because the page may just have been slow.
      return now >= line.probe.deadline ? probe({ ...line, warm: false }, input.probe, now) : same
    case 'busy':
      if (line.busy === input.busy) return same
      return input.busy
        ? { line: { ...line, busy: true, probe: null }, effects: [] }
        : probe({ ...line, busy: false }, input.probe, now)
    case 'socket gone':
      return { line: { ...line, warm: false, probe: null, nextProbe: Number.MAX_SAFE_INTEGER }, effects: [] }
    case 'socket back':
      return line.busy ? same : probe({ ...line, warm: false }, input.probe, now)
    case 'connected':
    case 'lost':
      return same
  }
}

function probe(line: Extract<Line, { type: 'up' }>, id: string, now: number): LineStep {
  return {
    line: { ...line, probe: { id, deadline: now + probing.answerMs } },
    effects: [{ type: 'send probe', probe: id }],
  }
}
