import type { Socket } from 'node:net'
import type { Door } from '../defence/door.port.ts'
import { limits } from '../limits.rules.ts'
import { addressOf } from './connection.ts'

/** Who holds how many connections, of all transports together, from before any handshake on. */
export class Seats {
  readonly #door: Pick<Door, 'hears' | 'isBanned'>
  readonly #addresses = new Map<Socket, string>()
  readonly #counts = new Map<string, number>()

  constructor(door: Pick<Door, 'hears' | 'isBanned'>) {
    this.#door = door
  }

  /** Gives a peer's connection a seat until it closes; false when there is none left for it, or it is not heard. */
  take(socket: Socket): boolean {
    const address = addressOf(socket)
    if (!this.#door.hears({ transport: 'tcp', address })) return false
    if (this.#addresses.size >= limits.tcpConnections || this.#isCrowded(address)) return false
    this.#enter(socket, address)
    return true
  }

  /** A connection of ours to a peer. */
  hold(socket: Socket): void {
    this.#enter(socket, addressOf(socket))
  }

  /** The connection turned out to be another host's, behind a proxy; false when that host has too many or is banned. */
  move(socket: Socket, address: string): boolean {
    const seat = address === addressOf(socket) ? undefined : this.#seatOf(socket)
    if (seat === undefined) return true
    if (this.#isCrowded(address) || this.#door.isBanned({ transport: 'tcp', address })) return false
    this.#count(this.#addresses.get(seat) ?? '', -1)
    this.#count(address, 1)
    this.#addresses.set(seat, address)
    return true
  }

  /** Ends the connections of hosts that are banned. */
  dismissBanned(): void {
    for (const [socket, address] of this.#addresses)
      if (this.#door.isBanned({ transport: 'tcp', address })) socket.destroy()
  }

  closeAll(): void {
    for (const socket of this.#addresses.keys()) socket.destroy()
  }

  /** A TLS socket has none of its own: it sits where the TCP socket below it does. */
  #seatOf({ remoteAddress, remotePort, localPort }: Socket): Socket | undefined {
    return [...this.#addresses.keys()].find(
      one =>
        one.remotePort === remotePort && one.localPort === localPort && one.remoteAddress === remoteAddress,
    )
  }

  #isCrowded(address: string): boolean {
    return (this.#counts.get(address) ?? 0) >= limits.tcpConnectionsOfOne
  }

  #enter(socket: Socket, address: string): void {
    this.#addresses.set(socket, address)
    this.#count(address, 1)
    socket.once('close', () => {
      this.#count(this.#addresses.get(socket) ?? address, -1)
      this.#addresses.delete(socket)
    })
  }

  #count(address: string, by: 1 | -1): void {
    const left = (this.#counts.get(address) ?? 0) + by
    if (left > 0) this.#counts.set(address, left)
    else this.#counts.delete(address)
  }
}
