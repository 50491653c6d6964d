import type { Header, SipMessage, SipRequest, SipResponse } from '../message/message.ts'

/** As in Via and `;transport=`, in lower case (RFC 3261 §20.42, RFC 7118 §5). */
export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss'

/** Where a message came from or goes to. */
export interface Flow {
  readonly transport: TransportName
  /** IP address (or host name towards peers); IPv6 without brackets. */
  readonly address: string
  /** 0, of a host name: none was said, so DNS is asked for the service (RFC 3263 §4.2). */
  readonly port: number
  /** Names an open connection; responses and requests with the same flow should use it while it lives. */
  readonly connection?: string
  /** The name that the peer's certificate must show; without it, the address (RFC 5922 §4). */
  readonly serverName?: string
}

/** Names a transaction for as long as it lives, and in snapshots. Opaque. */
export type TransactionId = string

/** What the layer needs from outside. Only `onEvent` may call the layer before it returns. */
export interface LayerPorts {
  /** Hands a message to the transport. A failure is reported with `transportError(id)`, where an id was given. */
  readonly send: (message: SipMessage, flow: Flow, id: TransactionId | undefined) => void
  /** One-shot timers, in ms. Starting a running one replaces it; stopping a dead one does nothing. */
  readonly timers: {
    readonly start: (timer: string, ms: number) => void
    readonly stop: (timer: string) => void
  }
  /** Unguessable, unique tokens for branches and tags (at least 64 random bits; letters and digits). */
  readonly newToken: () => string
  /** Host and port of our own that go into Via towards this flow. */
  readonly sentBy: (flow: Flow) => { readonly host: string; readonly port?: number }
  /** Called after everything else that a call of the layer causes, in order. */
  readonly onEvent: (event: LayerEvent) => void
  /** Transactions alive at once; beyond it new requests are answered 503. Default 20,000. */
  readonly maxTransactions?: number
  /**
   * Answers 483 to an INVITE with Max-Forwards 0, as a back-to-back user agent must, which would call on (RFC 7332).
   * Default false: an end point takes it (RFC 3261 §16.3 binds proxies only; RFC 4475 §3.3.11).
   */
  readonly refusesZeroHops?: boolean
  /**
   * Requests of more bytes than this go over TCP instead of UDP, and over UDP after all when `transportError` says that
   * TCP is not taken (RFC 3261 §18.1.1: 1300, unless the MTU of the path is known). Absent: all go over UDP.
   */
  readonly datagramBytes?: number
  /**
   * Lets a 100 wait for 200 ms, so that an answer within that time makes it needless (RFC 3261 §17.2.1). Until then the
   * INVITE is repeated over unreliable transports, and finds whoever comes after a process that died. Default false.
   */
  readonly delaysTrying?: boolean
}

export type LayerEvent =
  /** A new request; answer with `respond`. For an INVITE the 100 has been sent, or waits (`delaysTrying`). */
  | {
      readonly type: 'request'
      readonly id: TransactionId
      readonly request: SipRequest
      readonly flow: Flow
    }
  /** An ACK to a 2xx, once. `id` names the INVITE where it is still known. */
  | { readonly type: 'ack'; readonly id?: TransactionId; readonly request: SipRequest; readonly flow: Flow }
  /** A CANCEL for this INVITE, already answered 200; respond 487 to the INVITE. */
  | { readonly type: 'cancelled'; readonly id: TransactionId; readonly cancel: SipRequest }
  /** No ACK for the 2xx of this INVITE within 64*T1: send BYE (RFC 3261 §13.3.1.4). */
  | { readonly type: 'no ack'; readonly id: TransactionId }
  /** A response to a request sent with `request`. */
  | { readonly type: 'response'; readonly id: TransactionId; readonly response: SipResponse }
  /** No final answer in time: as if 408 had been received (client), or no ACK for a failure (server). */
  | { readonly type: 'timeout'; readonly id: TransactionId; readonly request: SipRequest }
  /** The transport failed: as if 503 had been received (client). */
  | { readonly type: 'transport error'; readonly id: TransactionId; readonly request: SipRequest }
  /** The transaction is gone; its id means nothing any more. */
  | { readonly type: 'terminated'; readonly id: TransactionId }
  /** A 2xx to an INVITE whose transaction is gone: ACK it and send BYE. */
  | { readonly type: 'stray response'; readonly response: SipResponse; readonly flow: Flow }

/** Running totals since the layer was made; `active` is now. */
export interface LayerStats {
  readonly requestsReceived: number
  readonly responsesReceived: number
  readonly requestsSent: number
  readonly responsesSent: number
  readonly retransmissionsSent: number
  readonly retransmissionsReceived: number
  readonly unexpectedInputs: number
  readonly strayResponses: number
  readonly strayAcks: number
  readonly refused: number
  readonly timeouts: number
  readonly transportErrors: number
  readonly active: number
}

/** An INVITE server transaction as JSON. Contains caller numbers: seal it before it is stored. */
export interface TransactionSnapshot {
  readonly version: 1
  readonly id: TransactionId
  readonly state: 'proceeding' | 'completed' | 'confirmed' | 'accepted'
  readonly request: string
  /** The last provisional, or the final response. */
  readonly response?: string
  readonly flow: Flow
  /** A 2xx still waits for its ACK. */
  readonly awaitingAck: boolean
}

/** RFC 3261 §17 between the wire and the user, without sockets and clocks. */
export interface TransactionLayer {
  /** Takes a parsed message from the network. */
  receive(message: SipMessage, flow: Flow): void
  /** Answers a request without keeping state: refused messages (`ParseFailure.salvage`), unknown sources. Never an ACK. */
  refuse(request: SipRequest, status: number, flow: Flow): void
  /**
   * Sends a request in a new client transaction; the Via is put on here. Not for ACK. `branch`: what follows the magic cookie
   * (unguessable and unique), for an INVITE that another process may have to say again in the same transaction.
   */
  request(request: SipRequest, flow: Flow, options?: { readonly branch?: string }): TransactionId
  /** Answers a request. False when the transaction is gone or has its final answer. A 2xx to INVITE is repeated until its ACK. */
  respond(id: TransactionId, response: SipResponse): boolean
  /** Sends the ACK for a 2xx and repeats it for every repetition of that 2xx (RFC 3261 §13.2.2.4). `id` is the INVITE's. */
  acknowledge(id: TransactionId | undefined, ack: SipRequest, flow: Flow): void
  /**
   * Cancels an INVITE as soon as a provisional response allows it (RFC 3261 §9.1), with these headers (Reason, RFC 3326).
   * False when it has its final answer or is gone.
   */
  cancel(id: TransactionId, headers?: readonly Header[]): boolean
  /** A timer of the port has expired. Unknown ones are ignored. */
  timerFired(timer: string): void
  /** The transport could not deliver a message of this transaction. */
  transportError(id: TransactionId): void
  /** An INVITE server transaction as JSON, to be rebuilt after a restart; undefined for others. */
  snapshot(id: TransactionId): TransactionSnapshot | undefined
  /** Rebuilds an INVITE server transaction; its timers start again. False when the snapshot is not one, or the id is taken. */
  restore(snapshot: TransactionSnapshot): boolean
  stats(): LayerStats
}
