import type { DigestHash, Flow } from '@ringdown/sip'

/** A desk phone, as signalling knows it. */
export type Device = { id: string; organization: string; member: string; username: string }

/** Where a desk phone is reached until it expires: a binding of RFC 3261 §10. */
export type Contact = {
  /** As the telephone wrote it. */
  uri: string
  /** 0 to 1; the highest is called first. */
  priority: number
  callId: string
  cseq: number
  /** ms since the epoch. */
  expiresAt: number
  userAgent: string | null
  /** Where its REGISTER came from, which is where it is reached, behind whatever NAT. */
  flow: Flow
}

/** A way to a desk phone: a request to `uri` goes over `flow`. */
export type Reach = { device: string; uri: string; flow: Flow }

/** By hash: `H(username:realm:password)` of RFC 7616 §3.4.2. */
export type PasswordHashes = Partial<Readonly<Record<DigestHash, string>>>

/** Who may register. */
export interface DevicesPort {
  /**
   * The telephone of this username. Of a username that is nobody's as much is worked out, so that the time tells nothing; its
   * hashes belong to no password.
   */
  find(username: string): Promise<{ device: Device | undefined; passwordHashes: PasswordHashes }>
}

/** Contacts in the database, where they outlive control. */
export interface ContactsPort {
  /** Those that have not expired. */
  read(): Promise<{ device: Device; contacts: Contact[] }[]>
  /** All of it or nothing; false when the telephone is not there any more. */
  save(order: { device: Device; kept: readonly Contact[]; removed: readonly string[] }): Promise<boolean>
  /** Removes those that expired. `now` in ms since the epoch. */
  sweep(now: number): Promise<void>
}
