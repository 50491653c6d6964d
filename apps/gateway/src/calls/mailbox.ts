import type { CallInput, CallState } from './call.state.ts'
import type { Clock } from './clock.port.ts'
import { timersOf } from './desired.rules.ts'
import type { Failpoints } from './failpoints.port.ts'
import type { Journal } from './journal.port.ts'
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

/**
 * One call's mailbox: take an input, append to the journal, apply the effects; never the other way round.
 * A `recovered` input has its effects computed from nothing: whatever the former control did or did not do is told again.
 */
export function createMailbox(start: { state: CallState; sequence: number }, needs: MailboxNeeds): Mailbox {
  let { state, sequence } = start
  let tail: Promise<unknown> = Promise.resolve()
  let cancelTimers: (() => void)[] = []

  async function take(input: CallInput): Promise<Told> {
    const now = needs.clock.now()
    const step = transition(state, input, now)
    if (step.type === 'ignored') {
      needs.onIgnored(state, input)
      return 'ignored'
    }
    await needs.failpoints.pass('before append', state.type, input.type)
    const entry = {
      call: state.facts.call,
      sequence: sequence + 1,
      at: now,
      input,
      state: step.state,
      writes: step.writes,
    }
    const result = await needs.journal.append(entry)
    if (result === 'stale') return (await reread()) ? take(input) : 'gone'
    if (result === 'claim refused' || result === 'gone') return result
    await commit(input, step.state)
    return 'taken'
  }

  async function commit(input: CallInput, next: CallState) {
    const before = input.type === 'recovered' ? undefined : state
    const from = state.type
    state = next
    sequence += 1
    await needs.failpoints.pass('after append', from, input.type)
    arm()
    needs.apply({ before, after: next, input })
    await needs.failpoints.pass('after effects', from, input.type)
  }

  async function reread(): Promise<boolean> {
    const last = await needs.journal.last(state.facts.call)
    if (!last) return false
    state = last.state
    sequence = last.sequence
    arm()
    return true
  }

  function arm() {
    disarm()
    for (const [name, at] of Object.entries(timersOf(state))) {
      const input = { type: 'timer', name } as CallInput
      cancelTimers.push(needs.clock.at(at, () => void tell(input)))
    }
  }

  function disarm() {
    for (const cancel of cancelTimers) cancel()
    cancelTimers = []
  }

  function tell(input: CallInput): Promise<Told> {
    const told = tail.then(async () => {
      try {
        return await take(input)
      } catch (error) {
        needs.onFailed(error, state, input)
        return 'failed' as const
      }
    })
    tail = told
    return told
  }

  arm()

  return {
    get state() {
      return state
    },
    tell,
    close: disarm,
  }
}
