import type { Socket } from 'node:net'

/**
 * Our copies of sockets that a child was given, until it says that it has them. A child that dies before leaves its far ends
 * waiting otherwise: Node neither closes what was on its way to it nor tells of it.
 */
export class SocketsGiven {
  readonly #copies = new Map<string, Socket>()

  /** @param key of the socket's handshake: no two are alike */
  add(key: string, copy: Socket): void {
    this.#copies.set(key, copy)
  }

  /** The child has its own now, and ours goes; or it could not be given, and the far end is to see it closed. */
  drop(key: string): void {
    this.#copies.get(key)?.destroy()
    this.#copies.delete(key)
  }

  dropAll(): void {
    for (const key of [...this.#copies.keys()]) this.drop(key)
  }
}
