import type { Flow } from '@ringdown/sip'

export type Sender = Pick<Flow, 'transport' | 'address'>

/** What transports ask before they spend anything on a peer. */
export interface Door {
  /** Whether a message, or a connection, from there is looked at. It counts. */
  hears(sender: Sender): boolean
  /** Whether nothing from there is looked at for a while. It does not count. */
  isBanned(sender: Sender): boolean
  /** A request of ours goes there: it may answer. */
  asked(address: string): void
}
