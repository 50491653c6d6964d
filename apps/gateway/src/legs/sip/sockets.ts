import { isIP } from 'node:net'
import type { Flow, ParseFailure, SipMessage, TransportName } from '@ringdown/sip'
import { parseMessage, parseUri, serializeMessage } from '@ringdown/sip'
import type { Door } from './defence/door.port.ts'
import type { Clock } from './sip.port.ts'
import { systemResolver } from './transports/dns.ts'
import { createLocator, type Locator } from './transports/locator.ts'
import {
  createStreamTransports,
  type MoreListeners,
  type StreamTransports,
} from './transports/stream-transports.ts'
import { openUdpSocket } from './udp-socket.ts'

export type SocketsNeeds = MoreListeners & {
  host: string
  /** 0: any that is free for both. */
  port: number
  clock: Clock
  door: Door
  /** What is known of places, where others send to them too. */
  locator?: Locator | undefined
  onMessage(message: SipMessage, flow: Flow): void
  onMalformed(failure: ParseFailure, flow: Flow): void
  onClosed?(connection: string): void
  /** Something went wrong that concerns no message. */
  onTrouble(what: 'overload' | 'failed'): void
}

/**
 * SIP over UDP and TCP on one port, and over TLS and WebSocket on others (RFC 3261 §18). Only bytes and messages: who may say
 * what is decided elsewhere.
 */
export async function openSipSockets(needs: SocketsNeeds) {
  const streams = createStreamTransports(needs)
  const udp = await openBoth(needs, streams)
  const locator = needs.locator ?? createLocator({ resolver: systemResolver(), clock: needs.clock })
  const close = async () => {
    await Promise.all([udp.close(), streams.close()])
  }
  await streams.listenMore().catch(async error => {
    await close()
    throw error
  })

  const families = (transport: TransportName): ('A' | 'AAAA')[] =>
    transport === 'udp' && udp.family === 4 ? ['A'] : ['A', 'AAAA']

  function deliver({ bytes, isRequest }: Letter, flow: Flow): Promise<void> {
    if (isRequest) needs.door.asked(flow.address)
    return flow.transport === 'udp' ? udp.send(bytes, flow) : streams.connections.send(bytes, flow)
  }

  /** RFC 3263 §4.3: the next place, when one takes nothing. */
  async function deliverByName(letter: Letter, { transport, address, port }: Flow): Promise<void> {
    const candidates = await locator.locate(uriOf({ transport, address, port }), {
      transports: [transport],
      families: families(transport),
    })
    let failure: unknown
    for (const candidate of candidates) {
      try {
        await deliver(letter, candidate)
        // That a datagram left says nothing about its addressee.
        if (transport !== 'udp') locator.answered(candidate)
        return
      } catch (error) {
        failure = error
        locator.failed(candidate)
      }
    }
    throw failure
  }

  return {
    /** Where a URI is found, in order (RFC 3263); empty: nowhere. Never rejects. */
    async locate(text: string): Promise<readonly Found[]> {
      const uri = parseUri(text)
      if (!uri) return []
      const limited = { transports: ['udp', 'tcp', 'tls'], families: families('udp') } as const
      const flows = await locator.locate(uri, limited).catch(() => [])
      return flows.map(flow => ({ flow, isAvoided: locator.isAvoided(flow) }))
    },
    /** Nobody answered there: others come first for a while, or for as long as it asked. */
    avoid({ flow, forMs }: FailedAt): void {
      locator.failed(flow, forMs)
    },
    /** Somebody answered there: it is as good as any other. */
    reached(flow: Flow): void {
      locator.answered(flow)
    },
    /** Where we take what comes over this transport; undefined when we do not. */
    portOf: (transport: TransportName) =>
      transport === 'udp' || transport === 'tcp' ? udp.port : streams.portOf(transport),
    port: udp.port,
    /** Rejects when the message certainly did not go out. To an address it goes out before this returns. */
    send(message: SipMessage, flow: Flow): Promise<void> {
      const letter = { bytes: serializeMessage(message), isRequest: message.kind === 'request' }
      const isPlaced = isIP(flow.address) !== 0 || streams.connections.isOpen(flow)
      return isPlaced ? deliver(letter, flow) : deliverByName(letter, flow)
    },
    dismissBanned: () => streams.dismissBanned(),
    close,
  }
}

/** Where something is found. `isAvoided`: it failed there lately. */
export type Found = { flow: Flow; isAvoided: boolean }

/** Where nobody answered. `forMs`: for how long it wants no calls, where it said so. */
export type FailedAt = { flow: Flow; forMs?: number | undefined }

type Letter = { bytes: Uint8Array; isRequest: boolean }

export type SipSockets = Awaited<ReturnType<typeof openSipSockets>>

/** RFC 3263 §4.2: without a port, DNS is asked for the service first. */
const uriOf = ({ transport, address, port }: Flow) => ({
  scheme: 'sip' as const,
  host: address,
  ...(port === 0 ? {} : { port }),
  params: [{ name: 'transport', value: transport }],
  headers: [],
})

const tries = 20

/** A port that is free for UDP may be taken for TCP: when we may choose, we choose another. */
async function openBoth(needs: SocketsNeeds, streams: StreamTransports, left = tries) {
  const udp = await openUdpSocket({
    ...needs,
    onDatagram(bytes, { address, port }) {
      const flow: Flow = { transport: 'udp', address, port }
      if (!needs.door.hears(flow)) return
      const result = parseMessage(bytes, { transport: 'datagram' })
      if (result.ok) needs.onMessage(result.message, flow)
      else needs.onMalformed(result, flow)
    },
  })
  try {
    await streams.listenTcp({ host: needs.host, port: udp.port })
    return udp
  } catch (error) {
    await udp.close()
    if (needs.port !== 0 || left === 0) throw error
    return openBoth(needs, streams, left - 1)
  }
}
