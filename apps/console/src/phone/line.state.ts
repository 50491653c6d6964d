/**
 * The warm line (FEATURES NX-1) as the browser sees it: pure, every timer an effect out and an input in.
 * A line that breaks is replaced by a new one, under a new id, for as long as one is wanted.
 */
export type Line = { serial: number; phase: LinePhase }

export type LinePhase =
  | { at: 'closed' }
  /** Gathering candidates, asking the gateway for its answer. */
  | { at: 'opening'; attempt: number }
  /**
   * The answer is set; ICE and DTLS are at work. `named`, here and below: the gateway has shown that it knows this line, so a view without it
   * means that it lost it.
   */
  | { at: 'connecting'; attempt: number; named: boolean }
  | { at: 'up'; named: boolean }
  /** ICE says `disconnected`, which may heal by itself. */
  | { at: 'shaky'; named: boolean }
  | { at: 'waiting'; attempt: number }

export type LineInput =
  | { type: 'want' }
  | { type: 'release' }
  | { type: 'answered' | 'refused' | 'connected' | 'disconnected' | 'failed'; serial: number }
  /** The gateway says that its end of this line is gone. */
  | { type: 'lost'; serial: number }
  | { type: 'network changed' }
  | { type: 'socket opened' }
  /** Which line the gateway knows: ours by serial, or null for none or another page's. */
  | { type: 'view'; serial: number | null }
  | { type: 'timer' }

export type LineEffect =
  | { type: 'open peer'; serial: number }
  | { type: 'close peer' }
  | { type: 'tell closed'; serial: number }
  | { type: 'set timer'; purpose: 'limit' | 'heal' | 'retry'; attempt: number }
  | { type: 'clear timer' }

export type LineStep = { line: Line; effects: LineEffect[] }

export const closedLine: Line = { serial: 0, phase: { at: 'closed' } }

export function stepLine(line: Line, input: LineInput): LineStep {
  if (isStale(line, input)) return stay(line)
  if (input.type === 'release') return release(line)
  switch (line.phase.at) {
    case 'closed':
      return input.type === 'want' ? open(line, 0) : stay(line)
    case 'waiting':
      return waiting(line, line.phase.attempt, input)
    case 'opening':
      return underWay(line, line.phase, input)
    case 'connecting':
      return connecting(line, line.phase, input)
    case 'up':
    case 'shaky':
      return standing(line, line.phase, input)
  }
}

/** What an earlier peer still reports is of no interest. */
function isStale(line: Line, input: LineInput): boolean {
  return 'serial' in input && input.type !== 'view' && input.serial !== line.serial
}

function waiting(line: Line, attempt: number, input: LineInput): LineStep {
  switch (input.type) {
    case 'timer':
      return open(line, attempt)
    case 'network changed':
    case 'socket opened':
      return open(line, 0)
    default:
      return stay(line)
  }
}

type Connecting = Extract<LinePhase, { at: 'connecting' }>

/** A gateway that came back may not know this line, which then never connects, or is up for this end alone. */
function connecting(line: Line, phase: Connecting, input: LineInput): LineStep {
  switch (input.type) {
    case 'socket opened':
      return stay({ ...line, phase: { ...phase, named: true } })
    case 'view':
      return input.serial === line.serial
        ? named(line, phase)
        : phase.named
          ? open(line, phase.attempt)
          : stay(line)
    default:
      return underWay(line, phase, input)
  }
}

function underWay(line: Line, phase: { attempt: number; named?: boolean }, input: LineInput): LineStep {
  const { attempt } = phase
  const isNamed = phase.named ?? false
  switch (input.type) {
    case 'answered':
      return stay({ ...line, phase: { at: 'connecting', attempt, named: isNamed } })
    case 'connected':
      return { line: { ...line, phase: { at: 'up', named: isNamed } }, effects: [{ type: 'clear timer' }] }
    case 'refused':
    case 'failed':
    case 'lost':
    case 'timer':
      return wait(line, attempt)
    case 'network changed':
      return open(line, attempt)
    default:
      return stay(line)
  }
}

function standing(line: Line, phase: { at: 'up' | 'shaky'; named: boolean }, input: LineInput): LineStep {
  switch (input.type) {
    case 'disconnected':
      return {
        line: { ...line, phase: { at: 'shaky', named: phase.named } },
        effects: [{ type: 'set timer', purpose: 'heal', attempt: 0 }],
      }
    case 'connected':
      return { line: { ...line, phase: { ...phase, at: 'up' } }, effects: [{ type: 'clear timer' }] }
    case 'failed':
    case 'lost':
    case 'network changed':
    case 'timer':
      return open(line, 0)
    case 'socket opened':
      // The first view after a break is the truth: a gateway that restarted may not know this line any more.
      return stay({ ...line, phase: { ...phase, named: true } })
    case 'view':
      return input.serial === line.serial ? named(line, phase) : phase.named ? open(line, 0) : stay(line)
    default:
      return stay(line)
  }
}

function named(line: Line, phase: Connecting | { at: 'up' | 'shaky'; named: boolean }): LineStep {
  return stay(phase.named ? line : { ...line, phase: { ...phase, named: true } })
}

function open(line: Line, attempt: number): LineStep {
  const serial = line.serial + 1
  return {
    line: { serial, phase: { at: 'opening', attempt } },
    effects: [
      { type: 'close peer' },
      { type: 'open peer', serial },
      { type: 'set timer', purpose: 'limit', attempt },
    ],
  }
}

function wait(line: Line, attempt: number): LineStep {
  return {
    line: { ...line, phase: { at: 'waiting', attempt: attempt + 1 } },
    effects: [{ type: 'close peer' }, { type: 'set timer', purpose: 'retry', attempt }],
  }
}

function release(line: Line): LineStep {
  if (line.phase.at === 'closed') return stay(line)
  return {
    line: { ...line, phase: { at: 'closed' } },
    effects: [{ type: 'clear timer' }, { type: 'close peer' }, { type: 'tell closed', serial: line.serial }],
  }
}

function stay(line: Line): LineStep {
  return { line, effects: [] }
}
