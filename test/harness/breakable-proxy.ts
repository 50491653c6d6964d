import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type BreakableProxy = {
  readonly port: number
  /** Where to from now on. */
  forwardTo(port: number): void
  /** Breaks every connection there is, without a goodbye; new ones are taken. */
  breakAll(): void
  close(): Promise<void>
}

/** Stands between browser and gateway, as networks do that fail. */
export async function startProxy(): Promise<BreakableProxy> {
  const sockets = new Set<Socket>()
  let target = 0
  const server = createServer(inside => {
    const outside = connect(target, '127.0.0.1')
    for (const [one, other] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const breakAll = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    forwardTo: port => {
      target = port
    },
    breakAll,
    async close() {
      breakAll()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}
