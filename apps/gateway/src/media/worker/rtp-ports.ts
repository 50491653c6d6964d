import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/** ms a released pair of ports is left alone: late packets of the former call must not reach the next one. */
const REST_MS = 30_000

export type IpVersion = 4 | 6

export const versionOf = (address: string): IpVersion => (isIPv6(address) ? 6 : 4)

/** Addresses to bind, one of each version. */
export type MediaHosts = Readonly<Record<IpVersion, string>>

/** `host`: the address that it is bound to. */
export type SocketPair = { version: IpVersion; host: string; port: number; rtp: Socket; rtcp: Socket }

export type RtpPortsOptions = {
  hosts: MediaHosts
  /** First and last port of this worker's slice, both included. */
  from: number
  to: number
  /** Where in the slice it begins, from 0 to 1: not where a worker before it did, whose callers speak on into their ports. */
  begin: number
  now: () => number
}

/** The RTP ports of one worker: an even one for RTP, the next odd one for RTCP (RFC 3550 §11). */
export class RtpPorts {
  readonly #options: RtpPortsOptions
  readonly #first: number
  readonly #pairs: number
  readonly #taken = new Set<number>()
  readonly #restingUntil = new Map<number, number>()
  #next: number

  constructor(options: RtpPortsOptions) {
    this.#options = options
    this.#first = options.from + (options.from % 2)
    this.#pairs = Math.max(0, Math.floor((options.to - this.#first + 1) / 2))
    this.#next = Math.floor(options.begin * this.#pairs)
  }

  /**
   * Binds a pair: the asked one where it is free, else the next of the slice that has rested, else the one that has
   * rested longest (a caller with a risk of stray packets is better off than a caller refused).
   *
   * @returns undefined when no pair could be bound
   */
  async bind({
    version = 4,
    port: asked,
  }: {
    version?: IpVersion
    port?: number | undefined
  } = {}): Promise<SocketPair | undefined> {
    const resting: number[] = []
    for (const port of this.#candidates(asked)) {
      if (this.#taken.has(port)) continue
      if (port !== asked && this.#isResting(port)) resting.push(port)
      else {
        const pair = await this.#tryBind(port, version)
        if (pair !== undefined) return pair
      }
    }
    resting.sort((a, b) => this.#restingUntil.get(a)! - this.#restingUntil.get(b)!)
    for (const port of resting) {
      const pair = await this.#tryBind(port, version)
      if (pair !== undefined) return pair
    }
    return undefined
  }

  /**
   * The same ports in the other version of IP; what was bound is closed then. The peer may have been told of the port, so there is
   * no other that would do.
   *
   * @returns undefined, and nothing is changed, when somebody else has them
   */
  async move(pair: SocketPair, version: IpVersion): Promise<SocketPair | undefined> {
    const moved = await this.#bindBoth(pair.port, version)
    if (moved === undefined) return undefined
    pair.rtp.close()
    pair.rtcp.close()
    return moved
  }

  release(pair: SocketPair): void {
    pair.rtp.close()
    pair.rtcp.close()
    this.#taken.delete(pair.port)
    this.#restingUntil.set(pair.port, this.#options.now() + REST_MS)
  }

  *#candidates(asked: number | undefined): Generator<number> {
    if (asked !== undefined && asked % 2 === 0 && asked < 65535) yield asked
    const start = this.#next
    for (let i = 0; i < this.#pairs; i++) {
      const index = (start + i) % this.#pairs
      this.#next = (index + 1) % this.#pairs
      yield this.#first + 2 * index
    }
  }

  #isResting(port: number): boolean {
    const until = this.#restingUntil.get(port)
    if (until === undefined) return false
    if (until > this.#options.now()) return true
    this.#restingUntil.delete(port)
    return false
  }

  async #tryBind(port: number, version: IpVersion): Promise<SocketPair | undefined> {
    this.#taken.add(port)
    const pair = await this.#bindBoth(port, version)
    if (pair === undefined) this.#taken.delete(port)
    return pair
  }

  async #bindBoth(port: number, version: IpVersion): Promise<SocketPair | undefined> {
    const host = this.#options.hosts[version]
    const rtp = await bindSocket({ port, host, version })
    const rtcp = rtp === undefined ? undefined : await bindSocket({ port: port + 1, host, version })
    if (rtp !== undefined && rtcp !== undefined) return { version, host, port, rtp, rtcp }
    rtp?.close()
    return undefined
  }
}

async function bindSocket(at: {
  port: number
  host: string
  version: IpVersion
}): Promise<Socket | undefined> {
  const { port, host, version } = at
  const socket = createSocket({
    type: `udp${version}`,
    // A port of one version says nothing about the other, and no peer is known by an IPv4 address in IPv6 clothes.
    ipv6Only: version === 6,
    // Peers are named by address: without this every packet would go through a resolver's round of the event loop.
    lookup: (address, _options, found) => found(null, address, version),
  })
  return new Promise(resolve => {
    socket.once('error', () => {
      socket.close()
      resolve(undefined)
    })
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
  })
}
