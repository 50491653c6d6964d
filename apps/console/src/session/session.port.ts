import type { About, Me } from '@ringdown/contract'

export type SessionErrorCode = 'credentials' | 'too-many' | 'unreachable' | 'no-organization'

/** The gateway's side of signing in. Nothing here rejects. */
export interface SessionPort {
  /** Null: nobody is signed in. `unreachable`: the gateway did not answer. */
  me(): Promise<Me | null | 'unreachable'>
  about(): Promise<About | null>
  signIn(args: { email: string; password: string }): Promise<SessionErrorCode | null>
  signOut(): Promise<void>
}
