import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import type { HandedOverSocket, SocketTaken, WorkerEvent } from '../worker.port.ts'
import { CarrierStream } from './carrier-stream.ts'
import type { Clock } from './clock.ts'
import type { StreamStart } from './stream.state.ts'
import { LONGEST_MESSAGE } from './twilio.rules.ts'

/** ms for the carrier to say `start`, and again for control to accept what was started. */
const PATIENCE_MS = 5000

export type CarrierStreamsOptions = {
  clock: Clock
  emit: (event: WorkerEvent) => void
  /** Overrides the 5 s, for tests. */
  patienceMs?: number
}

type Pending = { stream: CarrierStream; start: StreamStart | undefined; timer: NodeJS.Timeout }

const handedOver = z.object({
  type: z.literal('carrier socket'),
  carrier: z.literal('twilio'),
  worker: z.int(),
  key: z.string().max(100),
  protocol: z.string().max(200).nullable(),
  head: z.base64().max(100_000),
})

/** Carrier sockets handed over by the supervisor, until control has accepted or refused the stream on them. */
export class CarrierStreams {
  readonly #options: CarrierStreamsOptions
  readonly #pending = new Map<string, Pending>()
  readonly #upgrades = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LONGEST_MESSAGE,
  })

  constructor(options: CarrierStreamsOptions) {
    this.#options = options
    this.#upgrades.on('wsClientError', (_error, socket) => socket.destroy())
  }

  /**
   * Takes a message of the supervisor with its socket; anything else is ignored and its socket closed.
   *
   * @returns what the supervisor is to be told
   */
  receive(message: unknown, socket: unknown): SocketTaken | undefined {
    if (!isSocket(socket)) return undefined
    const read = handedOver.safeParse(message)
    if (!read.success) {
      socket.destroy()
      return undefined
    }
    this.#complete(read.data, socket)
    return { type: 'socket taken', key: read.data.key }
  }

  /** The started stream, which is now its taker's; undefined if it is unknown, gone, or did not start yet. */
  take(id: string): { stream: CarrierStream; start: StreamStart } | undefined {
    const pending = this.#pending.get(id)
    if (pending?.start === undefined) return undefined
    this.#forget(id)
    return { stream: pending.stream, start: pending.start }
  }

  refuse(id: string, reason: string): boolean {
    const pending = this.#pending.get(id)
    pending?.stream.refuse(reason)
    return pending !== undefined
  }

  closeAll(reason: string): void {
    for (const [id, { stream }] of this.#pending) {
      this.#forget(id)
      stream.close(reason)
    }
  }

  // RFC 6455 §4.2.2: the answer needs nothing of the request but its key and the protocol.
  #complete(handed: HandedOverSocket, socket: Socket): void {
    const request = new IncomingMessage(socket)
    request.method = 'GET'
    request.url = '/'
    request.headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': handed.key,
      ...(handed.protocol === null ? {} : { 'sec-websocket-protocol': handed.protocol }),
    }
    socket.on('error', () => socket.destroy())
    this.#upgrades.handleUpgrade(request, socket, Buffer.from(handed.head, 'base64'), webSocket => {
      socket.setNoDelay(true)
      this.#await(webSocket)
    })
  }

  #await(socket: ConstructorParameters<typeof CarrierStream>[0]['socket']): void {
    const ignore = () => {}
    const stream: CarrierStream = new CarrierStream({
      socket,
      clock: this.#options.clock,
      events: {
        started: start => this.#started(stream, start),
        // What comes before the stream was accepted is nobody's.
        audio: ignore,
        digit: ignore,
        marked: ignore,
        ended: ({ reason, refused }) => {
          this.#forget(stream.id)
          if (refused) this.#options.emit({ type: 'stream refused', reason })
        },
      },
    })
    this.#pending.set(stream.id, { stream, start: undefined, timer: this.#refuseLater(stream, 'no start') })
  }

  #started(stream: CarrierStream, start: StreamStart): void {
    const pending = this.#pending.get(stream.id)
    if (pending === undefined) return
    clearTimeout(pending.timer)
    this.#pending.set(stream.id, { stream, start, timer: this.#refuseLater(stream, 'not accepted in time') })
    const { carrierCall, carrierAccount, token } = start
    this.#options.emit({
      type: 'stream started',
      stream: stream.id,
      carrier: 'twilio',
      carrierCall,
      carrierAccount,
      token,
    })
  }

  #refuseLater(stream: CarrierStream, reason: string): NodeJS.Timeout {
    return setTimeout(() => stream.refuse(reason), this.#options.patienceMs ?? PATIENCE_MS)
  }

  #forget(id: string): void {
    clearTimeout(this.#pending.get(id)?.timer)
    this.#pending.delete(id)
  }
}

function isSocket(handle: unknown): handle is Socket {
  return typeof handle === 'object' && handle !== null && 'destroy' in handle && 'write' in handle
}
