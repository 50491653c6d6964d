import type { CallsPort, LegDriver, LegEvent, LegKind } from '../legs/leg.port.ts'
import type { MediaPort } from '../media/worker.port.ts'
import { createBeginnings, type Dialled } from './begin.ts'
import type { CallInput, CallState, QueueTerms } from './call.state.ts'
import type { Clock } from './clock.port.ts'
import { effectsBetween } from './desired.rules.ts'
import { applyEffect } from './effects.ts'
import { internalError } from './endings.rules.ts'
import type { Failpoints } from './failpoints.port.ts'
import type { SpoolingJournal } from './journal.ts'
import type { Change, Mailbox, MailboxStart, Told } from './mailbox.ts'
import { createMailbox } from './mailbox.ts'
import type { Outgoing } from './outgoing.rules.ts'
import { worthOf } from './recovery.rules.ts'
import { type GoOn, restoreCalls } from './recovery.ts'

export type CallsNeeds = {
  journal: SpoolingJournal
  media: MediaPort
  drivers: ReadonlyMap<LegKind, LegDriver>
  clock: Clock
  failpoints: Failpoints
  queueTerms(queue: string): Promise<QueueTerms | undefined>
  isAway(error: unknown): boolean
  observer: CallsObserver
}

/** What operations wants to know; nothing personal reaches it. */
export interface CallsObserver {
  ignored(state: string, input: string): void
  failed(what: string, call: string, error: unknown): void
}

export interface Calls extends CallsPort {
  /** Journals a call of ours, with the operator who makes it, and starts it. Resolves when it is committed. */
  dial(outgoing: Outgoing): Promise<Dialled>
  tell(call: string, input: CallInput): Promise<Told>
  get(call: string): CallState | undefined
  /** Calls that are not ended, in order of arrival. */
  list(): CallState[]
  /** Called after each committed entry, once its effects were started. */
  onChange(listener: (change: Change) => void): void
  /**
   * Makes the calls of a former control known again, before anything can be reported about them. The function it
   * resolves with goes on with them, once the workers' snapshots tell what is alive.
   */
  restore(): Promise<GoOn>
  /** No new calls from now on. */
  refuseArrivals(): void
  /** Ends what is still there, each with its written reason, and waits until the far ends are being told. */
  endAll(): Promise<void>
  /** Resolves when every far end of an ended call knows it, and the journal too. */
  partings(): Promise<void>
}

export function createCalls(needs: CallsNeeds): Calls {
  const { journal, media, clock, observer } = needs
  const mailboxes = new Map<string, Mailbox>()
  const callOfEndpoint = new Map<string, string>()
  const listeners: ((change: Change) => void)[] = []
  const underWay = new Set<Promise<unknown>>()
  const parting = new Set<Promise<unknown>>()
  let accepting = true

  function adopt(call: string, start: MailboxStart): Mailbox {
    const mailbox = createMailbox(start, {
      journal,
      clock,
      failpoints: needs.failpoints,
      apply,
      onGone: (before, input) =>
        apply({
          before,
          after: { type: 'ended', facts: before.facts, ending: internalError, endedAt: clock.now() },
          input,
        }),
      onIgnored: (s, input) => observer.ignored(s.type, input.type),
      onFailed: (error, s, input) => observer.failed(`${input.type} in ${s.type}`, call, error),
    })
    mailboxes.set(call, mailbox)
    callOfEndpoint.set(start.state.facts.media.endpoint, call)
    return mailbox
  }

  function apply(change: Change) {
    const { before, after } = change
    const { call } = after.facts
    followEndpoint(before, after)
    const effects = effectsBetween(before, after).map(effect =>
      applyEffect(effect, after, {
        media,
        drivers: needs.drivers,
        tell,
        isOver: of => !mailboxes.has(of) || isOver(mailboxes.get(of)!.state),
        onFailed: (what, of, error) => observer.failed(what, of, error),
      }),
    )
    const callerLeft = isOver(after) && !(before && isOver(before))
    if (callerLeft) keep(parting, part(after, keep(underWay, Promise.all(effects))))
    if (after.type === 'ended') forget(call, after)
    for (const listener of listeners) listener(change)
  }

  /** A stream that comes back may be another endpoint than the one before. */
  function followEndpoint(before: CallState | undefined, after: CallState) {
    const old = before?.facts.media.endpoint
    const now = after.facts.media.endpoint
    if (old !== undefined && old !== now) callOfEndpoint.delete(old)
    if (mailboxes.has(after.facts.call)) callOfEndpoint.set(now, after.facts.call)
  }

  /** The leg's record goes when the far end knows of the end, however long that takes: until then the next control has to say it. */
  async function part({ facts: { call, leg } }: CallState, effects: Promise<boolean[]>) {
    try {
      if (!(await effects).every(Boolean)) return
      await needs.drivers.get(leg.kind)?.untilTold(leg.id)
      await journal.settle(call)
    } catch (error) {
      if (!needs.isAway(error)) observer.failed('settle', call, error)
    }
  }

  function forget(call: string, state: CallState) {
    mailboxes.get(call)?.close()
    mailboxes.delete(call)
    callOfEndpoint.delete(state.facts.media.endpoint)
  }

  async function tell(call: string, input: CallInput): Promise<Told> {
    return (await mailboxes.get(call)?.tell(input)) ?? 'gone'
  }

  const beginnings = createBeginnings({
    ...needs,
    isAccepting: () => accepting,
    underWay: work => keep(underWay, work),
    adopt: (state, sequence) => void adopt(state.facts.call, { state, sequence }),
    apply,
  })

  media.onEvent((event, worker) => {
    if (event.type !== 'played' && event.type !== 'lost') return
    const call = callOfEndpoint.get(event.endpoint)
    if (!call) return
    if (event.type === 'played') return void tell(call, { type: 'played', playlist: event.playlist })
    void tell(call, { type: 'media lost' })
    // An RTP port can be opened again at once; a stream is the carrier's to open, and ignores this.
    void tell(call, { type: 'media possible', worker })
  })

  media.onWorker((worker, now) => {
    for (const [call, mailbox] of mailboxes) {
      const { facts } = mailbox.state
      const input = now.up ? worthOf(facts, worker, now.endpoints) : lossOf(facts.media.worker === worker)
      if (input) void tell(call, input)
    }
  })

  function states(): CallState[] {
    return [...mailboxes.values()].map(m => m.state)
  }

  const restore = () =>
    restoreCalls({
      journal,
      media,
      drivers: needs.drivers,
      clock,
      failed: observer.failed,
      adopt: (call, state, sequence) => void adopt(call, { state, sequence, isTakenUp: true }),
      tell,
      apply,
      states,
    })

  return {
    ...beginnings,
    tell,
    restore,
    async report(event) {
      const told = await tell(event.call, inputOf(event))
      const state = mailboxes.get(event.call)?.state
      return told === 'gone' || !state || (told === 'ignored' && isOver(state)) ? 'gone' : 'taken'
    },
    get: call => mailboxes.get(call)?.state,
    list: states,
    onChange: listener => void listeners.push(listener),
    refuseArrivals() {
      accepting = false
    },
    async endAll() {
      accepting = false
      // A call that is just being journaled is there in a moment, and must be ended too.
      await Promise.allSettled(underWay)
      await Promise.all([...mailboxes.keys()].map(call => tell(call, { type: 'stopped' })))
      // Wrapping calls are over for the caller; their operators are let go in a second round.
      await Promise.all([...mailboxes.keys()].map(call => tell(call, { type: 'stopped' })))
      await Promise.all(underWay)
    },
    async partings() {
      await Promise.all(parting)
    },
  }
}

function keep<T>(works: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  works.add(work)
  void work.catch(() => {}).finally(() => works.delete(work))
  return work
}

function lossOf(isTheirs: boolean): CallInput | undefined {
  return isTheirs ? { type: 'media lost' } : undefined
}

function inputOf(event: LegEvent): CallInput {
  switch (event.type) {
    case 'answered':
      return { type: 'answered' }
    case 'progress':
      return { type: 'progress', earlyMedia: event.earlyMedia }
    case 'media up': {
      const { worker, endpoint, local } = event.media
      return { type: 'media up', worker, endpoint, port: local?.port ?? null }
    }
    case 'media lost':
      return { type: 'media lost' }
    case 'ended':
      return { type: 'leg ended', cause: event.cause }
  }
}

function isOver(state: CallState): boolean {
  return state.type === 'wrapping' || state.type === 'ended'
}
