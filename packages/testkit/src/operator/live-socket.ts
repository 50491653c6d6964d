import { randomUUID } from 'node:crypto'
import { type LiveCommand, type LiveMessage, liveMessage } from '@ringdown/contract'
import { WebSocket } from 'ws'

type Result = Extract<LiveMessage, { type: 'result' }>
type WithoutId<C> = C extends LiveCommand ? Omit<C, 'id'> : never
export type Order = WithoutId<LiveCommand>

/** One connection to `/api/v1/live`: commands with their results, and everything else to a listener. */
export class LiveSocket {
  readonly #ws: WebSocket
  readonly #pending = new Map<string, (result: Result) => void>()
  readonly closed: Promise<number>

  private constructor(ws: WebSocket, onMessage: (message: Exclude<LiveMessage, Result>) => void) {
    this.#ws = ws
    ws.on('error', () => undefined)
    ws.on('message', data => {
      const message = liveMessage.parse(JSON.parse(String(data)))
      if (message.type !== 'result') return onMessage(message)
      this.#pending.get(message.id)?.(message)
      this.#pending.delete(message.id)
    })
    this.closed = new Promise(resolve =>
      ws.on('close', code => {
        const error = { code: 'gateway.internal' as const, message: 'the connection closed' }
        for (const [id, settle] of this.#pending) settle({ type: 'result', id, ok: false, error })
        resolve(code)
      }),
    )
  }

  /** @throws Error when the gateway does not take the connection */
  static async open(
    order: { url: string; cookie: string },
    onMessage: (message: Exclude<LiveMessage, Result>) => void,
  ): Promise<LiveSocket> {
    const ws = new WebSocket(`${order.url.replace(/^http/, 'ws')}/api/v1/live`, {
      headers: { cookie: order.cookie, origin: order.url },
    })
    const socket = new LiveSocket(ws, onMessage)
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve)
      ws.once('error', reject)
    })
    return socket
  }

  command(order: Order): Promise<Result> {
    const id = randomUUID()
    return new Promise(resolve => {
      if (this.#ws.readyState !== WebSocket.OPEN) {
        return resolve({
          type: 'result',
          id,
          ok: false,
          error: { code: 'gateway.internal', message: 'not connected' },
        })
      }
      this.#pending.set(id, resolve)
      this.#ws.send(JSON.stringify({ ...order, id }))
    })
  }

  /** 1001: as a page that is left. */
  close(code = 1001): void {
    this.#ws.close(code)
  }

  /** As a network that breaks: no close frame. */
  drop(): void {
    this.#ws.terminate()
  }
}
