/** Limits of a call that no one configures. ms. */
export const limits = {
  /** Until the carrier's stream or our audio port is up. Twilio opens a stream within seconds; the token is valid for 60 s. */
  arriveMs: 60_000,
  /** How long it rings at whom we call. Networks give up after some 60 s by themselves (RFC 3261 §16.6: Timer C is 3 minutes). */
  dialMs: 60_000,
  /** A greeting that never reports its end does not hold a caller up. */
  greetingMs: 30_000,
  /** The same for the last sentence. */
  leaveMs: 15_000,
  /** How long a caller whose audio path broke may take to come back. */
  mediaLostMs: 20_000,
  /** How long an operator who declined or missed a call is not asked again for it. */
  passMs: 20_000,
  /** How long until something that the database refused is tried again. */
  tryAgainMs: 1_000,
} as const
