import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Flow, ParseFailure, SipMessage } from '@ringdown/sip'
import { parseMessage, serializeMessage } from '@ringdown/sip'
import type { Clock } from './sip.port.ts'
import { openTcpConnections } from './tcp-connections.ts'
import { openUdpSocket } from './udp-socket.ts'

export type SocketsNeeds = {
  host: string
  /** 0: any that is free for both. */
  port: number
  clock: Clock
  onMessage(message: SipMessage, flow: Flow): void
  onMalformed(failure: ParseFailure, flow: Flow): void
  /** Something went wrong that concerns no message. */
  onTrouble(what: 'overload' | 'failed'): void
}

/** SIP over UDP and TCP on one port (RFC 3261 §18). Only bytes and messages: who may say what is decided elsewhere. */
export async function openSipSockets(needs: SocketsNeeds) {
  const { udp, tcp } = await openBoth(needs)
  const lookups = new Map<string, Promise<string>>()

  function resolve(host: string): Promise<string> {
    const known = lookups.get(host)
    if (known) return known
    const found = lookup(host, udp.family === 4 ? { family: 4 } : {})
      .then(({ address }) => address)
      .finally(() => lookups.delete(host))
    lookups.set(host, found)
    return found
  }

  function deliver(bytes: Uint8Array, flow: Flow): Promise<void> {
    return flow.transport === 'udp' ? udp.send(bytes, flow) : tcp.send(bytes, flow)
  }

  return {
    port: udp.port,
    /** Rejects when the message certainly did not go out. To an address it goes out before this returns. */
    async send(message: SipMessage, flow: Flow): Promise<void> {
      const bytes = serializeMessage(message)
      if (isIP(flow.address)) return deliver(bytes, flow)
      return deliver(bytes, { ...flow, address: await resolve(flow.address) })
    },
    async close(): Promise<void> {
      await Promise.all([udp.close(), tcp.close()])
    },
  }
}

export type SipSockets = Awaited<ReturnType<typeof openSipSockets>>

const tries = 20

/** A port that is free for UDP may be taken for TCP: when we may choose, we choose another. */
async function openBoth(needs: SocketsNeeds, left = tries) {
  const udp = await openUdpSocket({
    ...needs,
    onDatagram(bytes, { address, port }) {
      const flow: Flow = { transport: 'udp', address, port }
      const result = parseMessage(bytes, { transport: 'datagram' })
      if (result.ok) needs.onMessage(result.message, flow)
      else needs.onMalformed(result, flow)
    },
  })
  try {
    return { udp, tcp: await openTcpConnections({ ...needs, port: udp.port }) }
  } catch (error) {
    await udp.close()
    if (needs.port !== 0 || left === 0) throw error
    return openBoth(needs, left - 1)
  }
}
