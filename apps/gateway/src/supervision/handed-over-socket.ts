import type { Socket } from 'node:net'
import type { HandedOverSocket, SocketTaken } from '../media/worker.port.ts'

export function isHandedOverSocket(message: unknown): message is HandedOverSocket {
  return (
    typeof message === 'object' &&
    message !== null &&
    (message as { type?: unknown }).type === 'carrier socket' &&
    Number.isInteger((message as { worker?: unknown }).worker)
  )
}

export function isSocketTaken(message: unknown): message is SocketTaken {
  const { type, key } = (message ?? {}) as { type?: unknown; key?: unknown }
  return type === 'socket taken' && typeof key === 'string'
}

/**
 * Makes this process take no byte from a socket any more. Node starts to read a socket as soon as it arrives over
 * IPC, and reads on (into nothing) until the next owner has acknowledged it: the first frames of a quick carrier
 * were lost. `pause()` only stops the delivery, so the handle itself has to be told.
 */
export function stopReading(socket: Socket): void {
  socket.pause()
  const { _handle: handle } = socket as Socket & { _handle?: { reading?: boolean; readStop?(): void } | null }
  if (!handle) return
  handle.readStop?.()
  handle.reading = false
}
