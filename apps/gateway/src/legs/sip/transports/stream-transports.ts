import type { Socket } from 'node:net'
import type { TransportName } from '@ringdown/sip'
import type { Door } from '../defence/door.port.ts'
import type { Clock } from '../sip.port.ts'
import { byteStream } from './byte-stream.ts'
import { addressOf, type Channel, type ConnectionListener } from './connection.ts'
import { Connections } from './connections.ts'
import { createDial } from './dial.ts'
import { type Listener, openListener } from './listener.ts'
import { Seats } from './seats.ts'
import { createTlsDoor } from './tls-door.ts'
import { TlsFiles, type TlsPaths } from './tls-files.ts'
import { SipListenError, type SipListenerName } from './transport.errors.ts'
import { createWebSocketDoor } from './web-socket-door.ts'

export type Place = { host: string; port: number }

/** What we listen on beside UDP and TCP. `tls` and `wss` need `identity`. */
export type MoreListeners = {
  tls?: Place | undefined
  ws?: Place | undefined
  wss?: Place | undefined
  identity?: TlsPaths | undefined
  /** Sites whose pages may open a WebSocket. */
  origins?: readonly string[] | undefined
  /** Certificate authorities that peers' certificates are checked against, PEM; else those of the system. */
  authorities?: string | undefined
}

export type StreamTransportsNeeds = ConnectionListener &
  MoreListeners & {
    clock: Clock
    door: Door
    onTrouble(what: 'overload' | 'failed'): void
  }

/** SIP over connections: TCP, TLS and WebSocket, one set of limits for all. Throws `TlsFilesError`. */
export function createStreamTransports(needs: StreamTransportsNeeds) {
  const { clock, onTrouble } = needs
  const seats = new Seats(needs.door)
  const files = needs.identity && new TlsFiles(needs.identity, () => onTrouble('failed'))
  const dial = createDial({
    clock,
    seats,
    identity: () => files?.current().context,
    authorities: needs.authorities,
  })
  const connections = new Connections({ ...needs, dial })
  const listeners = new Map<TransportName, Listener>()

  function accepted(transport: TransportName, socket: Socket, channel: Channel): void {
    connections.accepted(channel, { transport, address: addressOf(socket), port: socket.remotePort ?? 0 })
  }

  function webDoor(transport: 'ws' | 'wss') {
    return createWebSocketDoor({
      clock,
      origins: needs.origins ?? [],
      claim: (socket, address) => seats.move(socket, address),
      onChannel: (channel, peer) => connections.accepted(channel, { transport, ...peer }),
    })
  }

  const streamIn = (transport: 'tcp' | 'tls') => (socket: Socket) =>
    accepted(transport, socket, byteStream(socket, clock))

  /** What takes the connections of a listener in. */
  function doorOf(transport: SipListenerName): (socket: Socket) => void {
    if (transport === 'ws') return webDoor('ws').enter
    if (!files) throw new Error('TLS needs a certificate')
    return createTlsDoor(files, transport === 'tls' ? streamIn('tls') : webDoor('wss').enter).enter
  }

  async function listen(transport: TransportName, at: Place, onSocket: (socket: Socket) => void) {
    listeners.set(transport, await openListener({ ...at, seats, onSocket, onTrouble }))
  }

  return {
    connections,
    listenTcp: (at: Place) => listen('tcp', at, streamIn('tcp')),
    /** Those beside TCP. Rejects with {@link SipListenError}. */
    async listenMore(): Promise<void> {
      for (const transport of ['tls', 'ws', 'wss'] as const) {
        const at = needs[transport]
        if (!at) continue
        await listen(transport, at, doorOf(transport)).catch(error => {
          throw new SipListenError(transport, error)
        })
      }
    },
    portOf: (transport: TransportName): number | undefined => listeners.get(transport)?.port,
    dismissBanned: () => seats.dismissBanned(),
    async close(): Promise<void> {
      const closed = [...listeners.values()].map(listener => listener.close())
      seats.closeAll()
      await Promise.all(closed)
    },
  }
}

export type StreamTransports = ReturnType<typeof createStreamTransports>
