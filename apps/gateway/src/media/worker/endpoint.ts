import type { EndpointId, EndpointSnapshot, TransportAddress } from '../worker.port.ts'
import type { Inlet } from './inlet.ts'
import type { Outlet } from './outlet.ts'

/** One peer's audio, whatever its transport is. */
export interface Endpoint {
  readonly id: EndpointId
  readonly kind: EndpointSnapshot['kind']
  /** Call of an rtp or stream endpoint. */
  readonly call: string | null
  /** Operator of a webrtc endpoint. */
  readonly owner: string | null
  readonly local: TransportAddress | null
  readonly isConnected: boolean
  readonly inlet: Inlet
  readonly outlet: Outlet
  /** What the inlet cannot know. `silentForMs`: since anything valid came from the peer. */
  counts(now: number): {
    packetsSent: number
    foreignPackets: number
    silentForMs: number | null
    /** Share of our packets that the peer reported lost; 0 where it reports nothing. */
    lossAtPeerPercent: number
    /** Undefined where nothing is protected here. */
    srtpFailures?: number | undefined
  }
  /** Reports, silence, whatever does not need the 20 ms clock. */
  everySecond(now: number): void
  /** Ends it towards the peer. Reports nothing. */
  close(reason: string): void
}

/** What endpoints tell, except `played`, which their ear tells. */
export type EndpointReports = {
  connected(): void
  /** The peer is gone; the endpoint has released what it held. */
  lost(reason: string): void
  silent(): void
  digit(digit: string, ms: number): void
  /** The peer sends another codec from now on. */
  codecChanged(): void
}
