/** Timer values in ms (RFC 3261 §17, table 4; RFC 6026 §7 for L and M). */
export const T1 = 500
/** The longest interval between two retransmissions, ms (RFC 3261 §17.1.2.2). */
export const T2 = 4000
/** For how long a message may stay in the network, ms (RFC 3261 §17.1.2.2). */
export const T4 = 5000
export const TIMEOUT = 64 * T1
/** Timer D: at least 32 s over unreliable transports (RFC 3261 §17.1.1.2). */
export const TIMER_D = 32_000

/** RFC 3261 §17.2.1: a 100 may wait this long for an answer of the user that makes it needless. ms */
export const TRYING_DELAY = 200

/** By their letters in RFC 3261 table 4 and RFC 6026 §7; `trying` is the 200 ms before a 100 (RFC 3261 §17.2.1). */
export type TimerName = 'trying' | 'A' | 'B' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J' | 'K' | 'L' | 'M'
