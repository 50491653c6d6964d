/**
 * What control and a media worker say to each other: newline-delimited JSON over the worker's Unix socket.
 * Control dials; a restarted control dials again and asks for a `snapshot`. Every command is idempotent, so that
 * a new control may repeat what its predecessor may or may not have said.
 */

export type EndpointId = string
/** What carriers' streams speak with us. */
export type AudioCodec = 'PCMU' | 'PCMA'
/** What telephones and browsers speak with us. Between two who speak the same it is passed on untouched. */
export type RtpCodec = AudioCodec | 'G722' | 'opus'

/** One thing that is played. Clips are named `<language>/<name>`, e.g. `en/greeting`; files under apps/gateway/prompts. */
export type PlaylistItem =
  | { type: 'clip'; name: string }
  | { type: 'silence'; ms: number }
  | { type: 'tone'; tone: 'ringback' | 'rejoin'; ms: number }
  | { type: 'music' }

/**
 * What an endpoint hears. Declarative: saying the same again changes nothing, and a playlist that was already
 * finished is not played again but reported again (`played`). `music` as the last item plays for ever.
 */
export type Source =
  | { type: 'nothing' }
  | { type: 'playlist'; playlist: string; items: PlaylistItem[] }
  | { type: 'endpoint'; endpoint: EndpointId }
  | { type: 'mix'; endpoints: EndpointId[] }

export type TransportAddress = { address: string; port: number }

/** SDES (RFC 4568). Secrets: they stay between control and its worker. */
export type SrtpSettings = {
  suite: 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_256_GCM'
  /** Base64 of master key and salt, for what we send and for what the peer sends. */
  local: string
  remote: string
  /** What stands in each of the peer's packets (RFC 3711 §3.1); length in bytes. */
  remoteMki?: { value: number; length: number }
}

export type RtpSettings = {
  codec: RtpCodec
  payloadType: number
  /** What else the peer may send at any time, because both sides named it (RFC 3264 §7). We send `codec`. */
  alternatives?: { codec: RtpCodec; payloadType: number }[]
  /** Payload type of telephone-event (RFC 4733), where both sides speak it. */
  telephoneEvent?: number
  remote: TransportAddress
  /** ms of audio per packet that the peer asks for (`a=ptime`), 10 to 60; absent: 20. Packets of Opus keep their length. */
  ptime?: number
  /** Where the peer takes RTCP when it is not one above its RTP port (RFC 3605). */
  remoteRtcpPort?: number
  /** RTCP goes to and comes from the RTP port (RFC 5761). */
  rtcpMux?: boolean
  /** Absent: plain RTP. The same keys again, and the stream goes on under them. */
  srtp?: SrtpSettings
  /** True while the peer said sendonly or inactive: nothing is sent towards it. */
  peerHolds: boolean
}

export type WorkerCommand =
  /** Binds a port (the asked one, where it is free: that is how a caller survives its worker) and starts to listen. */
  | { type: 'open rtp'; endpoint: EndpointId; call: string; port?: number; settings: RtpSettings }
  | { type: 'update rtp'; endpoint: EndpointId; settings: RtpSettings }
  /** Answers a browser's offer. `owner` is the operator. An endpoint of the same id is closed first. */
  | { type: 'open webrtc'; endpoint: EndpointId; owner: string; offer: string }
  /** Binds a carrier stream that reported `stream started` to an endpoint; what it hears comes by `hear`. */
  | { type: 'accept stream'; stream: string; endpoint: EndpointId; call: string }
  | { type: 'refuse stream'; stream: string; reason: string }
  | { type: 'hear'; endpoint: EndpointId; source: Source }
  /** Sends `packets` silent test packets at 20 ms down an idle webrtc line. */
  | { type: 'probe'; endpoint: EndpointId; probe: string; packets: number }
  /** Towards a caller: RFC 4733 events on rtp, tones in the audio on a stream. */
  | { type: 'send digits'; endpoint: EndpointId; digits: string }
  | { type: 'close'; endpoint: EndpointId }
  | { type: 'snapshot' }

/** Audio as the worker sees it, since the endpoint opened. */
export type EndpointStats = {
  packetsReceived: number
  packetsSent: number
  lossPercent: number
  jitterMs: number
  /** ms since the last packet from the peer; null before the first. */
  silentForMs: number | null
  /** dBov, -127 (silence) to 0, of the last second; null where nothing came. */
  level: number | null
  /** Packets dropped because they came from elsewhere than the learned peer. */
  foreignPackets: number
  /** Packets that failed SRTP: of another key, changed, replayed or in the clear. Absent on plain RTP. */
  srtpFailures?: number
}

export type EndpointSnapshot = {
  endpoint: EndpointId
  kind: 'rtp' | 'webrtc' | 'stream'
  /** Call of an rtp or stream endpoint, operator of a webrtc endpoint. */
  call: string | null
  owner: string | null
  /** Local address of an rtp endpoint. */
  local: TransportAddress | null
  connected: boolean
  /** What the peer is sent. */
  codec: RtpCodec
  source: Source
  stats: EndpointStats
}

export type WorkerAnswer =
  | { ok: true; type: 'done' }
  | { ok: true; type: 'rtp'; local: TransportAddress }
  | { ok: true; type: 'webrtc'; answer: string }
  | { ok: true; type: 'snapshot'; endpoints: EndpointSnapshot[] }
  | { ok: false; code: WorkerErrorCode; message: string }

export type WorkerErrorCode =
  | 'endpoint.unknown'
  | 'endpoint.exists-as-other-kind'
  | 'ports.exhausted'
  | 'sdp.refused'
  | 'stream.unknown'
  | 'clip.unknown'
  | 'command.malformed'

export type WorkerEvent =
  /** First valid packet from the peer (rtp), DTLS connected (webrtc). */
  | { type: 'connected'; endpoint: EndpointId }
  /** ICE or DTLS failed or closed, consent lost, or the carrier closed the stream. The endpoint is gone. */
  | { type: 'lost'; endpoint: EndpointId; reason: string }
  /** No RTP and no RTCP for 15 s on an rtp endpoint; said once per silence. */
  | { type: 'silent'; endpoint: EndpointId }
  /** What an endpoint with a call speaks: when it opens, and when that changes. */
  | { type: 'codec'; endpoint: EndpointId; codec: RtpCodec }
  | { type: 'played'; endpoint: EndpointId; playlist: string }
  | { type: 'digit'; endpoint: EndpointId; digit: string; ms: number }
  /** A carrier stream said `start`; control answers with `accept stream` or `refuse stream` within 5 s or it is closed. */
  | {
      type: 'stream started'
      stream: string
      carrier: 'twilio'
      carrierCall: string
      carrierAccount: string
      token: string | null
    }
  /** A stream broke the protocol or the limits and was closed; counted, without content. */
  | { type: 'stream refused'; reason: string }
  /** Every 5 s for endpoints with a call. */
  | { type: 'quality'; endpoint: EndpointId; stats: EndpointStats }

/** Lines on the Unix socket. Commands carry an id; answers repeat it. */
export type ToWorker = { id: number; command: WorkerCommand }
export type FromWorker = { id: number; answer: WorkerAnswer } | { event: WorkerEvent }

/** What the supervisor passes along with a carrier's raw socket, before the 101 was sent. */
export type HandedOverSocket = {
  type: 'carrier socket'
  carrier: 'twilio'
  /** Which worker, by its index. */
  worker: number
  /** Sec-WebSocket-Key of the request; the worker completes the handshake (RFC 6455 §4.2.2). */
  key: string
  protocol: string | null
  /** Bytes that came with the request, base64. */
  head: string
}

/** The worker's answer to it: the socket is its own, and the supervisor's copy is not needed any more. */
export type SocketTaken = { type: 'socket taken'; key: string }

/** Control's view of one or many workers: the door of `media/`. */
export interface MediaPort {
  /** Worker for a new call: the least loaded that is up. Throws `MediaAway` when none is up. */
  place(): number
  /** Opaque reference of a worker, for the URL of a carrier stream, and back. */
  referenceOf(worker: number): string
  workerOf(reference: string): number | undefined
  command(worker: number, command: WorkerCommand): Promise<WorkerAnswer>
  onEvent(listener: (event: WorkerEvent, worker: number) => void): void
  /** A worker went away (its endpoints are gone) or came (back); `snapshot` says what it holds. */
  onWorker(
    listener: (worker: number, state: { up: true; endpoints: EndpointSnapshot[] } | { up: false }) => void,
  ): void
}
