/** Beside `limits.rules.ts`, what a transport may cost. Times in ms. */
export const transportLimits = {
  /** For the TLS handshake of a peer. */
  tlsHandshakeMs: 10_000,
  /** Between two pings over a connection of ours (RFC 5626 §4.4.1: below 120 s), and how long an answer may take. */
  pingEveryMs: 110_000,
  pongMs: 10_000,
  /** A larger request goes over TCP where that is taken (RFC 3261 §18.1.1). */
  datagramBytes: 1_300,
  /** For all questions to DNS about one name. */
  locateMs: 5_000,
} as const
