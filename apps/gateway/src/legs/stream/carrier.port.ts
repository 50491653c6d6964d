/** A live call as its carrier names it. */
export type CarrierCall = {
  carrier: 'twilio'
  account: string
  call: string
  /** Where the carrier asks what to do when a stream is over; absolute. */
  resumeUrl: string
}

/**
 * What came of an order to a carrier.
 * `gone`: the carrier says that this call is not live any more. `failed`: nobody knows; the carrier could not be reached
 * or refused us.
 */
export type CarrierAnswer = 'done' | 'gone' | 'failed'

/** What a stream leg needs of the carrier that brought it: orders about a live call. Never rejects. */
export interface StreamCarrier {
  /** Makes the carrier leave what it does with the call and ask at `resumeUrl` again. */
  askToResume(call: CarrierCall): Promise<CarrierAnswer>
  /** Ends the call; with `apologize`, after a spoken apology. */
  hangUp(call: CarrierCall, how: { apologize: boolean }): Promise<CarrierAnswer>
}

/** Time, handed in so that tests own it. */
export interface Clock {
  /** ms since the epoch. */
  now(): number
  /** Runs once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
