/** One of our numbers, and where its calls go. */
export type NumberRoute = { organization: string; number: string; queue: string; inService: boolean }

export interface NumberDirectory {
  /** By E.164. Rejects while the database is away. */
  find(number: string): Promise<NumberRoute | null>
}

/** A Twilio account as it is stored: the auth token stays sealed until a signature is checked with it. */
export type StoredAccount = { id: string; organization: string; accountSid: string; sealedToken: Uint8Array }

export interface AccountDirectory {
  /** Rejects while the database is away. */
  find(accountSid: string): Promise<StoredAccount | null>
  all(): Promise<StoredAccount[]>
}

/** Opens what `privacy` sealed. Throws where the key or the row is another one. */
export type OpenToken = (account: { id: string; sealedToken: Uint8Array }) => string

export interface CallerVault {
  /**
   * Takes the caller as Twilio names them (a number, an address, a word or digits that say it is withheld; null where
   * nothing is said), and answers with an opaque reference. Behind this nobody has the number.
   */
  storeCaller(caller: { organization: string; number: string | null }): Promise<string>
}

export type TwilioCount =
  | 'bad signature'
  | 'unknown account'
  | 'malformed request'
  | 'call taken'
  | 'call repeated'
  | 'not in service'
  | 'apology'
  | 'stream resumed'
  | 'upgrade refused'
  | 'socket handed over'
  | 'api failure'

export interface TwilioCounter {
  count(what: TwilioCount): void
}
