/**
 * What a source address may do wrong. `authentication`: wrong credentials (a challenge that is answered for the first time is no offence,
 * nor is a stale nonce). `stranger`: a request that nobody here expects from there. `malformed`: what no SIP program sends.
 */
export type Offence = 'authentication' | 'stranger' | 'malformed'

/** Where offences are reported. What follows from them is the defence's alone (docs/adr/0011-attacks.md). */
export interface Offences {
  report(address: string, what: Offence): void
}
