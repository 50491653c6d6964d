import type { ErrorCode, LiveCommand, LiveMessage, OperatorView } from '@ringdown/contract'

/** A WebSocket as far as the client needs one. */
export interface LiveSocket {
  send(text: string): void
  close(): void
}

export type LiveSocketEvents = {
  opened(): void
  message(text: string): void
  closed(): void
}

export type OpenLiveSocket = (events: LiveSocketEvents) => LiveSocket

/**
 * `waiting`: the connection broke, the next try comes by itself. `replaced`: another page of this operator took over.
 * `stopped`: nobody is signed in.
 */
export type LiveConnection = 'stopped' | 'connecting' | 'open' | 'waiting' | 'replaced'

export type LiveValue = {
  connection: LiveConnection
  /** The last view; kept while the connection is away, so that the page goes on showing what it knew. */
  view: OperatorView | null
  /** Server's clock minus ours, ms. */
  skewMs: number
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never
/** A command without its id, which the client chooses. */
export type LiveOrder = WithoutId<LiveCommand>

/** `live.away`: there was no connection, or it broke before the answer came. */
export type LiveErrorCode = ErrorCode | 'live.away'

export type LiveOutcome = { ok: true; answer: string | null } | { ok: false; code: LiveErrorCode }

/** Messages that are not views and not results. */
export type LiveNotice = Extract<LiveMessage, { type: 'probe' | 'line' | 'line lost' }>
