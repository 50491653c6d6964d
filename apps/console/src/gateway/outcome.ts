import type { LiveErrorCode } from '../live/index.ts'

/** `message`: the gateway's own sentence. `live.away`: it did not answer. */
export type Failure = { code: LiveErrorCode; message: string }

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure }
