import type { Socket } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import type { TlsFiles } from './tls-files.ts'
import { transportLimits } from './transport-limits.rules.ts'

/** The TLS side of connections that peers open to us (RFC 3261 §26.3); trunks are known by address, not by certificate. */
export function createTlsDoor(files: TlsFiles, onSecure: (secure: TLSSocket) => void) {
  let identity = files.current()
  const server = createServer(
    {
      cert: identity.cert,
      key: identity.key,
      minVersion: 'TLSv1.2',
      handshakeTimeout: transportLimits.tlsHandshakeMs,
    },
    secure => {
      secure.on('error', () => {})
      onSecure(secure)
    },
  )
  server.on('tlsClientError', (_, socket) => socket.destroy())

  return {
    enter(socket: Socket): void {
      const now = files.current()
      if (now !== identity) server.setSecureContext({ cert: now.cert, key: now.key, minVersion: 'TLSv1.2' })
      identity = now
      server.emit('connection', socket)
    },
  }
}
