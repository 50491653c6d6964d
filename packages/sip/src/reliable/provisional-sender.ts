import { T1, TIMEOUT } from '../transaction/timers.ts'

/** A provisional response to an INVITE, over 100. */
export interface Provisional {
  readonly status: number
  readonly sdp?: string
}

/** The reliable provisional responses of one INVITE, on the side that sends them (RFC 3262 §3). Plain data. */
export interface ProvisionalSender {
  /** RSeq of the next one. */
  readonly next: number
  /** The one that waits for its PRACK. */
  readonly open?: Provisional & { readonly rseq: number; readonly interval: number }
  /** RFC 3262 §3: a second one is not sent before the first is acknowledged. */
  readonly queue: readonly Provisional[]
}

export interface ProvisionalStep {
  readonly sender: ProvisionalSender
  /** To be sent now, with Require: 100rel and this RSeq. */
  readonly send?: Provisional & { readonly rseq: number }
  /** ms until `repeatOpen`; 0 stops the timers. */
  readonly repeatAfter?: number
  /** ms until the INVITE is to be refused, started with a new response. */
  readonly giveUpAfter?: number
}

/** RFC 3262 §3: the first RSeq is random, 1 to 2^31 - 1. */
export const startProvisionals = (rseq: number): ProvisionalSender => ({ next: rseq, queue: [] })

/** RFC 3262 §3: repeated from T1, doubled each time without a ceiling, until 64*T1. */
export function sendReliably(sender: ProvisionalSender, provisional: Provisional): ProvisionalStep {
  if (sender.open !== undefined) return { sender: { ...sender, queue: [...sender.queue, provisional] } }
  const rseq = sender.next
  const open = { ...provisional, rseq, interval: T1 }
  return {
    sender: { ...sender, next: rseq + 1, open },
    send: open,
    repeatAfter: T1,
    giveUpAfter: TIMEOUT,
  }
}

export function repeatOpen(sender: ProvisionalSender): ProvisionalStep {
  if (sender.open === undefined) return { sender }
  const interval = sender.open.interval * 2
  return {
    sender: { ...sender, open: { ...sender.open, interval } },
    send: sender.open,
    repeatAfter: interval,
  }
}

/** A PRACK came for this RSeq. Undefined when it confirms nothing that waits: answer 481. */
export function acknowledgeOpen(sender: ProvisionalSender, rseq: number): ProvisionalStep | undefined {
  if (sender.open?.rseq !== rseq) return undefined
  const { open: _, ...rest } = sender
  const [first, ...queue] = sender.queue
  if (first === undefined) return { sender: rest, repeatAfter: 0 }
  return sendReliably({ ...rest, queue }, first)
}

/** RFC 3262 §3: a 2xx may not overtake a description that waits for its PRACK. */
export const holdsDescription = ({ open, queue }: ProvisionalSender): boolean =>
  [open, ...queue].some(provisional => provisional?.sdp !== undefined)
