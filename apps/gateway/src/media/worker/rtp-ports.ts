import { createSocket, type Socket } from 'node:dgram'

/** ms a released pair of ports is left alone: late packets of the former call must not reach the next one. */
const REST_MS = 30_000

export type SocketPair = { port: number; rtp: Socket; rtcp: Socket }

export type RtpPortsOptions = {
  host: string
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
  async bind(asked?: number): Promise<SocketPair | undefined> {
    const resting: number[] = []
    for (const port of this.#candidates(asked)) {
      if (this.#taken.has(port)) continue
      if (port !== asked && this.#isResting(port)) resting.push(port)
      else {
        const pair = await this.#tryBind(port)
        if (pair !== undefined) return pair
      }
    }
    resting.sort((a, b) => this.#restingUntil.get(a)! - this.#restingUntil.get(b)!)
    for (const port of resting) {
      const pair = await this.#tryBind(port)
      if (pair !== undefined) return pair
    }
    return undefined
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

  async #tryBind(port: number): Promise<SocketPair | undefined> {
    this.#taken.add(port)
    const rtp = await bindSocket(port, this.#options.host)
    const rtcp = rtp === undefined ? undefined : await bindSocket(port + 1, this.#options.host)
    if (rtp !== undefined && rtcp !== undefined) return { port, rtp, rtcp }
    rtp?.close()
    this.#taken.delete(port)
    return undefined
  }
}

async function bindSocket(port: number, host: string): Promise<Socket | undefined> {
  const isIpv6 = host.includes(':')
  const socket = createSocket({
    type: isIpv6 ? 'udp6' : 'udp4',
    // Peers are named by address: without this every packet would go through a resolver's round of the event loop.
    lookup: (address, _options, found) => found(null, address, isIpv6 ? 6 : 4),
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
