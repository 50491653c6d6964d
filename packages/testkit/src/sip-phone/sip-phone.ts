import { randomBytes } from 'node:crypto'
import {
  callIdOf,
  createRequest,
  createResponse,
  createTransactionLayer,
  type Flow,
  type Header,
  type LayerEvent,
  type LocalAudio,
  offerAudio,
  type SipMessage,
  type SipRequest,
  serializeSdp,
  type TransactionLayer,
} from '@ringdown/sip'
import type { LossyLink } from '../link/lossy-link.ts'
import { RtpStream } from '../rtp-stream/rtp-stream.ts'
import { payloadTypeOf, type StreamCodec } from '../rtp-stream/stream-codec.ts'
import type { Speech } from '../rtp-stream/voice.ts'
import { newKeys, type PhoneSrtp } from './audio-protection.ts'
import { openProtectedRtp } from './protected-rtp.ts'
import { SipCall } from './sip-call.ts'
import { openSipSockets, type PhoneTransport } from './sip-sockets.ts'
import { uriHost } from './uri-host.ts'

export type SipPhoneOptions = {
  server: { host: string; port: number }
  transport?: PhoneTransport
  /** Address on this machine that signalling comes from; 127.0.0.1 unless told. */
  address?: string
  /** Address on this machine that audio comes from; unless told, 127.0.0.1, and `::1` of a phone whose signalling is there. */
  audioAddress?: string
  /** Who must vouch for the server's certificate, PEM, for TLS and secure WebSocket. */
  authorities?: string
  /** The name that its certificate must show; the server's host unless told. */
  serverName?: string
}

export type CallOptions = {
  /** The number that is dialled. */
  to: string
  /** The caller's number. */
  from: string
  codec?: StreamCodec
  /** What the caller says once answered. */
  says?: Speech
  loop?: boolean
  /** Sends only what `stream.sendFrame` is given: for audio that comes from elsewhere. */
  live?: boolean
  /** Keeps the ACK of the 2xx back until `acknowledge`. */
  withholdsAck?: boolean
  /** The 100 is lost on the way, as any datagram may be: the INVITE is repeated until something else comes (RFC 3261 §17.1.1.2). */
  losesTrying?: boolean
  /** Keys to offer; left out, the telephone speaks plain RTP only. */
  srtp?: PhoneSrtp
  /** Sequence number of the first RTP packet; random unless told. */
  sequence?: number
  /** More headers of the INVITE. */
  headers?: readonly Header[]
  /** Changes the offer before it is sent. */
  offers?: (sdp: string) => string
  /** Spoils the RTP that is sent. */
  link?: LossyLink<Uint8Array>
}

/** A telephone for tests: places calls over any transport, speaks and hears RTP or SRTP, answers what is asked inside a call. */
export type SipPhone = {
  readonly port: number
  call(options: CallOptions): Promise<SipCall>
  /** Ends all calls that are still up and closes every socket. */
  close(): Promise<void>
}

const token = () => randomBytes(10).toString('hex')

/** Opens a phone that calls one server on this machine. */
export async function createSipPhone(order: SipPhoneOptions): Promise<SipPhone> {
  const { server, transport = 'udp', address: host = '127.0.0.1' } = order
  const { audioAddress = host === '::1' ? host : '127.0.0.1' } = order
  const calls = new Map<string, SipCall>()
  const timers = new Map<string, NodeJS.Timeout>()
  const flow: Flow = { transport, address: server.host, port: server.port }

  const layer: TransactionLayer = createTransactionLayer({
    send: (message, to) => sockets.send(message, to),
    timers: {
      start(name, ms) {
        clearTimeout(timers.get(name))
        timers.set(
          name,
          setTimeout(() => layer.timerFired(name), ms),
        )
      },
      stop: name => clearTimeout(timers.get(name)),
    },
    newToken: token,
    sentBy: () => ({ host: sockets.host, port: sockets.port }),
    onEvent: event => route(event),
  })
  const sockets = await openSipSockets({
    transport,
    server,
    host,
    authorities: order.authorities,
    serverName: order.serverName,
    onMessage: (message, from) => {
      if (!isLost(message)) layer.receive(message, from)
    },
  })

  const losingTrying = new Set<string>()
  const isLost = (message: SipMessage) =>
    message.kind === 'response' && message.status === 100 && losingTrying.has(callIdOf(message) ?? '')

  function route(event: LayerEvent): void {
    if (event.type === 'request') receive(event.id, event.request)
    const id = 'id' in event ? event.id : undefined
    for (const call of calls.values()) if (id !== undefined && call.owns(id)) call.take(event)
  }

  function receive(id: string, request: SipRequest): void {
    const isTaken = [...calls.values()].some(call => call.receive(id, request))
    // RFC 3261 §11.2: outside of a call OPTIONS asks whether we live; we take no calls ourselves.
    const status = request.method === 'OPTIONS' ? 200 : request.method === 'INVITE' ? 480 : 481
    if (!isTaken) layer.respond(id, createResponse(request, status, { toTag: token() }))
  }

  return {
    port: sockets.port,
    async call(options) {
      const { to, from, codec = 'PCMU', offers = (sdp: string) => sdp } = options
      const { rtp, protection, sendRtp, sendRtcp } = await openProtectedRtp({
        address: audioAddress,
        srtp: options.srtp,
        onPacket: packet => stream.receive(packet),
      })
      const stream = new RtpStream({
        codec,
        payloadType: payloadTypeOf[codec],
        telephoneEvent: 101,
        sendRtp,
        sendRtcp,
        link: options.link,
        sequence: options.sequence,
      })
      const local: LocalAudio = {
        codecs: [codec],
        address: audioAddress,
        port: rtp.port,
        sessionId: '1',
        sessionVersion: 1,
        ...(options.srtp === undefined ? {} : { srtp: newKeys(options.srtp) }),
      }
      const callId = token()
      if (options.losesTrying) losingTrying.add(callId)
      // RFC 7118 §5.2: `ws` stands for both.
      const named = transport === 'wss' ? 'ws' : transport
      const suffix = named === 'udp' ? '' : `;transport=${named}`
      const contact = `sip:${from}@${uriHost(sockets.host)}:${sockets.port}${suffix}`
      const invite = createRequest({
        method: 'INVITE',
        uri: `sip:${to}@${uriHost(server.host)}:${server.port}${suffix}`,
        from: { uri: `sip:${from}@127.0.0.1`, params: [{ name: 'tag', value: token() }] },
        to: { uri: `sip:${to}@${uriHost(server.host)}`, params: [] },
        callId,
        cseq: 1,
        contact: { uri: contact, params: [] },
        headers: options.headers ?? [],
        body: offers(serializeSdp(offerAudio(local))),
        contentType: 'application/sdp',
      })
      const call = new SipCall({ layer, flow, invite, contact, local, rtp, protection, stream, options })
      calls.set(callId, call)
      void call.ended.then(() => calls.delete(callId))
      call.start()
      return call
    },
    async close() {
      await Promise.all([...calls.values()].map(call => call.hangUp()))
      for (const timer of timers.values()) clearTimeout(timer)
      await sockets.close()
    },
  }
}
