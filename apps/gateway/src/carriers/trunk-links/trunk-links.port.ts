import type { TrunkHost, TrunkSettings } from '@ringdown/contract'
import type { DigestCrypto, Flow, SipRequest, SipResponse } from '@ringdown/sip'

export type SipOutcome = SipResponse | 'timeout' | 'transport error'

export type LinkSettings = Pick<
  TrunkSettings,
  'hosts' | 'outboundProxy' | 'registration' | 'credentials' | 'fromUser' | 'fromDomain' | 'healthCheckS'
>

/** A trunk that is switched on, as registrations and health checks need it. */
export type LinkedTrunk = {
  id: string
  settings: LinkSettings
  sealedPassword: Uint8Array | null
}

/** Time, handed in so that tests own it. */
export interface LinkClock {
  /** ms since the epoch. */
  now(): number
  /** Runs once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void
}

/** What one host's registration and health check need. */
export type LinkNeeds = {
  /** Where requests to a host go, in order (RFC 3263); empty: nowhere. Never rejects. */
  locate(host: TrunkHost): Promise<readonly Flow[]>
  /** Nobody answered there: it comes last for a while, or for as long as it asked; for calls too. */
  avoid(failure: { flow: Flow; forMs: number | undefined }): void
  /** Somebody did: it is as good as any other. */
  reached(flow: Flow): void
  /** One request in a transaction of its own, to its final answer. Never rejects. */
  request(message: SipRequest, flow: Flow): Promise<SipOutcome>
  /** Our address and port towards a peer, for From and Contact. */
  ownAddress(flow: Flow): { host: string; port: number }
  clock: LinkClock
  /** 0 up to, not including, 1. */
  random(): number
  /** Unguessable and new: letters and digits. */
  newToken(): string
  crypto: DigestCrypto
}

/** What happens to links, without names, numbers or secrets. */
export interface LinkObserver {
  /** `what` did not go well at a trunk; `reason` in our words. */
  trouble(
    what: 'registration' | 'health' | 'password' | 'reading',
    trunk: string | null,
    reason: string,
  ): void
  /** It goes well again. */
  well(what: 'registration' | 'health', trunk: string): void
}
