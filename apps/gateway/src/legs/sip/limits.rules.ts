/** What one peer may cost us. Times in ms. */
export const limits = {
  /** INVITEs of one trunk that are being looked up and journaled at the same time. */
  arrivalsOfTrunk: 128,
  /** The same of all trunks together. */
  arrivals: 512,
  /** Calls that are there at the same time. */
  legs: 2_000,
  /** Requests that wait until it is known whose address they come from. */
  unplaced: 1_000,
  /** Addresses of trunks that are let in before the trunks are read again. */
  knownAddresses: 10_000,
  /** What a refused caller is told to wait, in seconds (RFC 3261 §20.33). */
  retryAfterSeconds: 5,
  /** Between two questions whether a silent caller is still there. */
  probeEveryMs: 30_000,
  /** From here on a caller of whom nothing is heard counts as silent. */
  silentMs: 15_000,
  /** What we ask of session timers, in s (RFC 4028 §4, §5): a far end that vanished unheard is noticed within half of it. */
  sessionTimer: { interval: 1800, minSe: 90 },
  /** After a refresh of the session that failed (RFC 4028 §10). */
  refreshAgainMs: 10_000,
  /** For the ACK of a refusal, once the far end knows no dialog of ours: it goes out four times in this time (RFC 3261 §17.2.1). */
  refusalAfterByeMs: 4_000,
  /** For the answers to what we say last before we stop. */
  lastWordMs: 1_000,
  tcpConnections: 1_000,
  tcpConnectionsOfOne: 200,
  /** Without a byte; keep-alives (RFC 5626) come every 2 minutes or sooner. */
  tcpIdleMs: 10 * 60_000,
  /** From the first byte of a message to its last. */
  tcpMessageMs: 30_000,
  tcpConnectMs: 5_000,
  tcpUnsentBytes: 1_000_000,
} as const
