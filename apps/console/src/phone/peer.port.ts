import type { CallCodec } from '@ringdown/contract'

/** The WebRTC connection as the line runner needs it; `browser-peer.ts` is the real one. */
export interface Peer {
  /** The complete SDP offer, every candidate gathered. */
  offer(): Promise<string>
  answer(sdp: string): Promise<void>
  /** What this side sends: the microphone, or nothing at all. */
  send(track: MediaStreamTrack | null): Promise<void>
  /** Sends this codec from now on, where the browser has it and the gateway took it; before the answer too. */
  speak(codec: CallCodec): Promise<void>
  stats(): Promise<PeerStats>
  close(): void
}

export type PeerEvents = {
  state(state: 'connected' | 'disconnected' | 'failed'): void
  audio(stream: MediaStream): void
}

export type CreatePeer = (events: PeerEvents) => Peer

/** Counted by the browser since the connection opened. Times in ms, null until known. */
export type PeerStats = {
  packetsReceived: number
  packetsLost: number
  jitterMs: number | null
  roundTripMs: number | null
  /** What the gateway reports about our own packets (RTCP receiver reports): percent, and ms. */
  sentLossPercent: number | null
  sentJitterMs: number | null
}
