/**
 * A dialog (RFC 3261 §12) as plain JSON: may be stored and continued by another process. Contains the caller's address:
 * seal it before it is stored. Every change gives a new value.
 */
export interface Dialog {
  readonly version: 1
  readonly role: 'uac' | 'uas'
  readonly state: 'early' | 'confirmed'
  readonly callId: string
  readonly localTag: string
  /** Empty for a peer of RFC 2543 that sends no tag. */
  readonly remoteTag: string
  readonly localUri: string
  readonly remoteUri: string
  /** CSeq number of the last request we sent; absent before the first. */
  readonly localCseq?: number
  /** CSeq number of the last request we got; absent before the first. */
  readonly remoteCseq?: number
  /** URI of the peer's Contact: where our requests go. */
  readonly remoteTarget: string
  /** Route values in the order in which our requests carry them, each a name-addr. */
  readonly routeSet: readonly string[]
  /** The dialog was made over TLS with a sips Request-URI. */
  readonly secure: boolean
}

/** Why no dialog comes out of these messages. */
export type DialogErrorCode = 'dialog.no-tag' | 'dialog.no-contact' | 'dialog.no-headers' | 'dialog.not-made'

/** A dialog, or why a message makes none. */
export type DialogResult =
  | { readonly ok: true; readonly dialog: Dialog }
  | { readonly ok: false; readonly code: DialogErrorCode }
