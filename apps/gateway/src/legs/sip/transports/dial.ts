import { connect, isIP, type Socket } from 'node:net'
import { connect as connectSecurely, type SecureContext } from 'node:tls'
import type { Flow } from '@ringdown/sip'
import { WebSocket } from 'ws'
import { limits } from '../limits.rules.ts'
import type { Clock } from '../sip.port.ts'
import { byteStream } from './byte-stream.ts'
import type { Channel } from './connection.ts'
import type { Seats } from './seats.ts'
import { checkServerName } from './server-name.ts'
import { webSocketOptions, webSocketStream } from './web-socket-stream.ts'

export type DialNeeds = {
  clock: Clock
  seats: Seats
  /** Our certificate, shown to peers that ask for one. */
  identity(): SecureContext | undefined
  /** Certificate authorities to trust, PEM; undefined: those of the system. */
  authorities: string | undefined
}

/** Opens connections to peers, one function for all stream transports. Rejects when the peer does not take it in time. */
export function createDial({ clock, seats, identity, authorities }: DialNeeds) {
  async function secured(socket: Socket, target: Flow): Promise<Socket> {
    const name = target.serverName ?? target.address
    const context = identity()
    const secure = connectSecurely({
      socket,
      // RFC 6066 §3: SNI carries names, not addresses.
      ...(isIP(name) ? {} : { servername: name }),
      ...(context ? { secureContext: context } : {}),
      ...(authorities === undefined ? {} : { ca: authorities }),
      minVersion: 'TLSv1.2',
      checkServerIdentity: (_, certificate) => checkServerName(name, certificate),
    })
    await established(secure, 'secureConnect')
    return secure
  }

  async function upgraded(socket: Socket, { address, port, serverName }: Flow): Promise<Channel> {
    const name = serverName ?? address
    const host = name.includes(':') ? `[${name}]` : name
    const ws = new WebSocket(`ws://${host}:${port}`, 'sip', {
      ...webSocketOptions,
      createConnection: () => socket,
    })
    await established(ws, 'open')
    return webSocketStream(ws, { socket, clock })
  }

  return async (target: Flow): Promise<Channel> => {
    const socket = connect({ host: target.address, port: target.port })
    seats.hold(socket)
    socket.setTimeout(limits.tcpConnectMs, () =>
      socket.destroy(new Error('the peer did not take the connection in time')),
    )
    try {
      await established(socket, 'connect')
      const isSecure = target.transport === 'tls' || target.transport === 'wss'
      const stream = isSecure ? await secured(socket, target) : socket
      const isWeb = target.transport === 'ws' || target.transport === 'wss'
      const channel = isWeb ? await upgraded(stream, target) : byteStream(stream, clock)
      socket.removeAllListeners('timeout')
      socket.setTimeout(0)
      return channel
    } catch (error) {
      socket.destroy()
      throw error
    }
  }
}

function established(
  opening: Socket | WebSocket,
  event: 'connect' | 'secureConnect' | 'open',
): Promise<void> {
  return new Promise((resolve, reject) => {
    opening.once(event, () => resolve())
    opening.once('close', () => reject(new Error('the connection was closed')))
    // Stays: an error after a failed handshake must not end the process.
    opening.on('error', reject)
  })
}
