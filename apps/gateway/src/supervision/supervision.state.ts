/**
 * What the supervisor does when a child comes, dies or must go. Pure: times are inputs, deeds are effects.
 * Order of a stop: control (it writes the endings), then the workers, then the database.
 */

export type ChildName = 'database' | 'control' | `worker ${number}`

export type ChildState =
  /** Not started yet (control waits for the first database). */
  | { status: 'absent' }
  /** Its process runs or is being started. `failures` counts deaths without a stable time between them. */
  | { status: 'running'; since: number; failures: number }
  /** Died; `delay over` starts it again. */
  | { status: 'resting'; failures: number }
  /** Ended for good, because everything stops. */
  | { status: 'gone' }

export type Phase = 'running' | 'draining' | 'hurrying' | 'ending workers' | 'ending database' | 'over'

export type Timing = {
  /** ms before the first restart; doubled with every further failure. */
  firstDelay: number
  longestDelay: number
  /** ms of life after which earlier failures are forgotten. */
  stableAfter: number
  /** ms that calls may go on after a stop was asked for. */
  stopLimit: number
  /** ms that a child gets beyond what it was granted before it is killed. */
  patience: number
  /** ms within which a repeated signal is the same key press: npm and the terminal both deliver Ctrl-C. */
  sameSignal: number
}

export type State = {
  phase: Phase
  children: ReadonlyMap<ChildName, ChildState>
  stopAskedAt: number
  timing: Timing
}

export type Input =
  | { type: 'begin'; at: number }
  | { type: 'ready'; child: ChildName; at: number }
  | { type: 'exited'; child: ChildName; at: number }
  | { type: 'delay over'; child: ChildName; at: number }
  | { type: 'stop'; at: number }
  | { type: 'deadline'; phase: Phase }

export type Effect =
  | { type: 'start'; child: ChildName }
  | { type: 'start later'; child: ChildName; ms: number }
  | { type: 'drain'; child: ChildName; ms: number }
  | { type: 'end'; child: ChildName }
  | { type: 'kill'; child: ChildName }
  | { type: 'deadline'; phase: Phase; ms: number }
  | { type: 'announce ready' }
  | { type: 'leave' }

export type Step = { state: State; effects: Effect[] }

export function initialState(args: { children: readonly ChildName[]; timing: Timing }): State {
  const children = new Map(args.children.map(name => [name, { status: 'absent' } as ChildState]))
  return { phase: 'running', children, stopAskedAt: 0, timing: args.timing }
}

/** ms to wait before the restart that follows the `failures`-th death in a row (1 = the first). */
export function restartDelay(failures: number, timing: Timing): number {
  return Math.min(timing.firstDelay * 2 ** Math.min(failures - 1, 30), timing.longestDelay)
}

export function transition(state: State, input: Input): Step {
  switch (state.phase) {
    case 'running':
      return running(state, input)
    case 'draining':
    case 'hurrying':
      return lettingControlEnd(state, input)
    case 'ending workers':
    case 'ending database':
      return endingTheRest(state, input)
    case 'over':
      return { state, effects: [] }
  }
}

function running(state: State, input: Input): Step {
  switch (input.type) {
    case 'begin':
      return begin(state, input.at)
    case 'ready':
      return ready(state, input)
    case 'exited':
      return restartLater(state, input)
    case 'delay over':
      return restart(state, input)
    case 'stop':
      return drain({ ...state, stopAskedAt: input.at })
    case 'deadline':
      return { state, effects: [] }
  }
}

// What control needs while it ends its calls (workers for the audio, the database for the endings) is still restarted.
function lettingControlEnd(state: State, input: Input): Step {
  switch (input.type) {
    case 'exited':
      return input.child === 'control'
        ? endWorkers(withChild(state, 'control', { status: 'gone' }))
        : restartLater(state, input)
    case 'delay over':
      return restart(state, input)
    case 'stop':
      return state.phase === 'draining' && input.at - state.stopAskedAt >= state.timing.sameSignal
        ? hurry(state)
        : { state, effects: [] }
    case 'deadline':
      return { state, effects: input.phase === state.phase ? [{ type: 'kill', child: 'control' }] : [] }
    case 'begin':
    case 'ready':
      return { state, effects: [] }
  }
}

function endingTheRest(state: State, input: Input): Step {
  switch (input.type) {
    case 'exited': {
      const next = withChild(state, input.child, { status: 'gone' })
      if (state.phase === 'ending workers') return anyRunning(next, isWorker) ? stay(next) : endDatabase(next)
      return input.child === 'database' ? leave(next) : stay(next)
    }
    case 'deadline':
      return input.phase === state.phase
        ? { state, effects: namesOf(state, runsIn(state.phase)).map(child => ({ type: 'kill', child })) }
        : stay(state)
    default:
      return stay(state)
  }
}

function begin(state: State, at: number): Step {
  const waitsForDatabase = state.children.has('database')
  const first = [...state.children.keys()].filter(name => !(waitsForDatabase && name === 'control'))
  let next = state
  for (const child of first) next = withChild(next, child, { status: 'running', since: at, failures: 0 })
  return { state: next, effects: first.map(child => ({ type: 'start', child })) }
}

function ready(state: State, input: { child: ChildName; at: number }): Step {
  if (input.child === 'control') return { state, effects: [{ type: 'announce ready' }] }
  if (input.child !== 'database' || state.children.get('control')?.status !== 'absent') return stay(state)
  const next = withChild(state, 'control', { status: 'running', since: input.at, failures: 0 })
  return { state: next, effects: [{ type: 'start', child: 'control' }] }
}

function restartLater(state: State, input: { child: ChildName; at: number }): Step {
  const child = state.children.get(input.child)
  if (child?.status !== 'running') return stay(state)
  const wasStable = input.at - child.since >= state.timing.stableAfter
  const failures = wasStable ? 1 : child.failures + 1
  return {
    state: withChild(state, input.child, { status: 'resting', failures }),
    effects: [{ type: 'start later', child: input.child, ms: restartDelay(failures, state.timing) }],
  }
}

function restart(state: State, input: { child: ChildName; at: number }): Step {
  const child = state.children.get(input.child)
  if (child?.status !== 'resting') return stay(state)
  const next = withChild(state, input.child, { status: 'running', since: input.at, failures: child.failures })
  return { state: next, effects: [{ type: 'start', child: input.child }] }
}

// A control that is not there cannot end its calls: the next start will, from the journal.
function drain(state: State): Step {
  if (state.children.get('control')?.status !== 'running') return endWorkers(state)
  const { stopLimit, patience } = state.timing
  return {
    state: { ...state, phase: 'draining' },
    effects: [
      { type: 'drain', child: 'control', ms: stopLimit },
      { type: 'deadline', phase: 'draining', ms: stopLimit + patience },
    ],
  }
}

function hurry(state: State): Step {
  return {
    state: { ...state, phase: 'hurrying' },
    effects: [
      { type: 'drain', child: 'control', ms: 0 },
      { type: 'deadline', phase: 'hurrying', ms: state.timing.patience },
    ],
  }
}

function endWorkers(state: State): Step {
  const next: State = { ...state, phase: 'ending workers' }
  const workers = namesOf(next, isWorker)
  if (workers.length === 0) return endDatabase(next)
  return { state: next, effects: endAll(workers, 'ending workers', state.timing.patience) }
}

function endDatabase(state: State): Step {
  const next: State = { ...state, phase: 'ending database' }
  if (!anyRunning(next, name => name === 'database')) return leave(next)
  return { state: next, effects: endAll(['database'], 'ending database', state.timing.patience) }
}

function leave(state: State): Step {
  return { state: { ...state, phase: 'over' }, effects: [{ type: 'leave' }] }
}

function endAll(names: ChildName[], phase: Phase, ms: number): Effect[] {
  return [
    ...names.map(child => ({ type: 'end', child }) satisfies Effect),
    { type: 'deadline', phase, ms } satisfies Effect,
  ]
}

function stay(state: State): Step {
  return { state, effects: [] }
}

function withChild(state: State, name: ChildName, child: ChildState): State {
  return { ...state, children: new Map(state.children).set(name, child) }
}

function isWorker(name: ChildName): boolean {
  return name.startsWith('worker ')
}

function runsIn(phase: Phase): (name: ChildName) => boolean {
  return phase === 'ending workers' ? isWorker : name => name === 'database'
}

function namesOf(state: State, matches: (name: ChildName) => boolean): ChildName[] {
  return [...state.children]
    .filter(([name, child]) => child.status === 'running' && matches(name))
    .map(([name]) => name)
}

function anyRunning(state: State, matches: (name: ChildName) => boolean): boolean {
  return namesOf(state, matches).length > 0
}
