import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Seats } from './seats.ts'

export type ListenerNeeds = {
  host: string
  /** 0: any free one. */
  port: number
  seats: Seats
  /** A connection that has a seat. */
  onSocket(socket: Socket): void
  onTrouble(what: 'overload' | 'failed'): void
}

/** Takes connections, as many as there are seats. */
export async function openListener({ host, port, seats, onSocket, onTrouble }: ListenerNeeds) {
  const server = createServer(socket => {
    socket.on('error', () => {})
    if (seats.take(socket)) return onSocket(socket)
    onTrouble('overload')
    socket.destroy()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
  server.removeAllListeners('error')
  server.on('error', () => onTrouble('failed'))

  return {
    port: (server.address() as AddressInfo).port,
    /** Resolves when its connections are gone, too. */
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  }
}

export type Listener = Awaited<ReturnType<typeof openListener>>
