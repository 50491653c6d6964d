import type { CallInput, CallState } from './call.state.ts'
import type { Clock } from './clock.port.ts'
import { timersOf } from './desired.rules.ts'
import type { Failpoints } from './failpoints.port.ts'
import type { Journal } from './journal.port.ts'
import { limits } from './limits.rules.ts'
import { transition } from './transition.state.ts'

/** What became of an input. `taken`: it stands in the journal and its effects are under way. */
export type Told = 'taken' | 'ignored' | 'claim refused' | 'gone' | 'failed'

export type Change = { before: CallState | undefined; after: CallState; input: CallInput }

export type MailboxNeeds = {
  journal: Pick<Journal, 'append' | 'last'>
  clock: Clock
  failpoints: Failpoints
  /** Starts the effects of a committed entry. */
  apply(change: Change): void
  /** The database knows nothing of this call any more. */
  onGone(state: CallState, input: CallInput): void
  onIgnored(state: CallState, input: CallInput): void
  onFailed(error: unknown, state: CallState, input: CallInput): void
}

export interface Mailbox {
  readonly state: CallState
  /** One input at a time; resolves when it is journaled and its effects were started. */
  tell(input: CallInput): Promise<Told>
  /** Stops the timers: nothing more will be told. */
  close(): void
}

/** `isTakenUp`: a former control's. What is told before it knows what of it is alive waits until then. */
export type MailboxStart = { state: CallState; sequence: number; isTakenUp?: boolean }

/**
 * One call's mailbox: take an input, append to the journal, apply the effects; never the other way round.
 * A `recovered` input has its effects computed from nothing: whatever the former control did or did not do is told again.
 */
export function createMailbox(start: MailboxStart, needs: MailboxNeeds): Mailbox {
  let { state, sequence } = start
  let tail: Promise<unknown> = Promise.resolve()
  let early: (() => void)[] | undefined = start.isTakenUp ? [] : undefined
  const timers = createTimers(needs.clock, input => void tell(input))

  async function take(input: CallInput): Promise<Told> {
    const now = needs.clock.now()
    const step = transition(state, input, now)
    if (step.type === 'ignored') {
      // A timer may fire a moment early by the wall clock (it counts by another one): it must not be the last.
      if (input.type === 'timer') timers.arm(state)
      needs.onIgnored(state, input)
      return 'ignored'
    }
    await needs.failpoints.pass('before append', state.type, input.type, state.facts.number)
    const { call } = state.facts
    const result = await needs.journal.append({
      call,
      sequence: sequence + 1,
      at: now,
      input,
      state: step.state,
      writes: step.writes,
    })
    if (result === 'written' || result === 'spooled') return commit(input, step.state)
    if (result === 'stale') return (await reread()) ? take(input) : gone(input)
    if (result === 'gone') return gone(input)
    // The row said that it does not ring there: the call stops to believe so.
    if (result === 'claim refused' && input.type === 'accepted')
      void tell({ type: 'offer withdrawn', operator: input.operator })
    return 'claim refused'
  }

  async function commit(input: CallInput, next: CallState): Promise<Told> {
    const before = input.type === 'recovered' ? undefined : state
    const from = state.type
    state = next
    sequence += 1
    await needs.failpoints.pass('after append', from, input.type, state.facts.number)
    timers.arm(state)
    needs.apply({ before, after: next, input })
    await needs.failpoints.pass('after effects', from, input.type, state.facts.number)
    return 'taken'
  }

  /**
   * The journal is further than we are: an entry of ours was committed although we were told that the database is away,
   * or somebody else wrote it. Its effects are ours to start. A journal that is behind us lost entries: we know better.
   */
  async function reread(): Promise<boolean> {
    const last = await needs.journal.last(state.facts.call)
    if (!last) return false
    const before = state
    const isAhead = last.sequence > sequence
    sequence = last.sequence
    if (!isAhead) return true
    state = last.state
    timers.arm(state)
    needs.apply({ before, after: state, input: last.input })
    return true
  }

  function gone(input: CallInput): Told {
    timers.close()
    needs.onGone(state, input)
    return 'gone'
  }

  function failed(error: unknown, input: CallInput): Told {
    needs.onFailed(error, state, input)
    if (input.type === 'timer') timers.arm(state, needs.clock.now() + limits.tryAgainMs)
    if (endsCall.has(input.type)) timers.again(input, needs.clock.now() + limits.tryAgainMs)
    return 'failed'
  }

  function enqueue(input: CallInput): Promise<Told> {
    const told = tail.then(() => take(input)).catch((error: unknown) => failed(error, input))
    tail = told
    return told
  }

  // What workers say while a control starts is newer than the snapshot that `recovered` was made from: it would be forgotten again.
  function tell(input: CallInput): Promise<Told> {
    if (early && !beginsAnew.has(input.type))
      return new Promise(resolve => early?.push(() => resolve(enqueue(input))))
    const told = enqueue(input)
    const waiting = early ?? []
    early = undefined
    for (const go of waiting) go()
    return told
  }

  timers.arm(state)

  return {
    get state() {
      return state
    },
    tell,
    close: timers.close,
  }
}

/** What a call that was taken up is told first: what of it is alive, or that everything ends. */
const beginsAnew: ReadonlySet<CallInput['type']> = new Set(['recovered', 'stopped'])

/** What stays true although it could not be journaled; a call must not outlive it. */
const endsCall: ReadonlySet<CallInput['type']> = new Set(['leg ended', 'media failed'])

function createTimers(clock: Clock, tell: (input: CallInput) => void) {
  let armed: (() => void)[] = []
  let later: (() => void)[] = []
  let closed = false

  function disarm() {
    for (const cancel of armed) cancel()
    armed = []
  }

  return {
    /** The timers of this state and no others; none before `notBefore`. */
    arm(state: CallState, notBefore = 0) {
      disarm()
      if (closed) return
      for (const [name, at] of Object.entries(timersOf(state))) {
        const input = { type: 'timer', name } as CallInput
        armed.push(clock.at(Math.max(at, notBefore), () => tell(input)))
      }
    },
    /** Tells an input again, whatever the state is then. */
    again(input: CallInput, at: number) {
      if (!closed) later.push(clock.at(at, () => tell(input)))
    },
    close() {
      closed = true
      disarm()
      for (const cancel of later) cancel()
      later = []
    },
  }
}
