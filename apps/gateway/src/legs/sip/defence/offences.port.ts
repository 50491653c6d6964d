/**
 * What a source address may do wrong. `authentication`: wrong credentials (a challenge that is answered for the first time is no offence,
 * nor is a stale nonce). `stranger`: a request that nobody here expects from there. `malformed`: what no SIP program sends.
 */
export type Offence = 'authentication' | 'stranger' | 'malformed'

/** A source that is not heard for a while. `isProven` as it was reported. */
export type Ban = { address: string; what: Offence; seconds: number; isProven: boolean }

/** Where offences are reported. What follows from them is the defence's alone (docs/adr/0011-sources-that-attack.md). */
export interface Offences {
  /**
   * `isProven`: what came shows that whoever has this address sent it: it came over a connection, or it holds a nonce that we sent there.
   * Without it, anybody may have written the address on a datagram.
   */
  report(address: string, what: Offence, isProven?: boolean): void
}

/** Where it is said who was recognised by more than an address. */
export interface Acquaintances {
  /** They know a secret that only the right ones know: good credentials, the tags of a dialog. For so long no ban hits the address. ms */
  vouch(address: string, forMs: number): void
}
