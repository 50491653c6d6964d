import { isUtf8 } from 'node:buffer'
import type { Socket } from 'node:net'
import { DEFAULT_LIMITS, parseMessage } from '@ringdown/sip'
import type { RawData, WebSocket } from 'ws'
import { limits } from '../limits.rules.ts'
import type { Clock } from '../sip.port.ts'
import type { Channel } from './connection.ts'

export const webSocketOptions = {
  maxPayload: DEFAULT_LIMITS.messageBytes,
  perMessageDeflate: false,
} as const

/** SIP over WebSocket (RFC 7118): each message is one WebSocket message, as text or binary. */
export function webSocketStream(ws: WebSocket, { socket, clock }: { socket: Socket; clock: Clock }): Channel {
  return {
    attend(flow, events) {
      socket.setNoDelay(true)
      socket.setTimeout(limits.tcpIdleMs, () => socket.destroy())
      limitMessages(ws, { socket, clock })
      ws.on('error', () => {})
      ws.on('message', (data: RawData) => {
        const bytes = data as Buffer
        if (isKeepAlive(bytes)) return bytes.length === 4 ? ws.send('\r\n') : events.onPong()
        const parsed = parseMessage(bytes, { transport: 'datagram' })
        if (parsed.ok) events.onMessage(parsed.message, flow)
        else events.onMalformed(parsed, flow)
      })
      return {
        get isWritable() {
          return ws.readyState === ws.OPEN
        },
        write: bytes => write(ws, bytes),
        destroy: () => ws.terminate(),
      }
    },
    onClose(run) {
      if (ws.readyState === ws.CLOSED) run()
      else ws.once('close', run)
    },
  }
}

/** RFC 5626 §3.5.1, which RFC 7118 §6 allows here, too: two line breaks are a ping, one is a pong. */
const isKeepAlive = (bytes: Buffer): boolean => /^(\r\n){1,2}$/.test(bytes.toString('latin1', 0, 5))

/** Who sends a message in pieces keeps one of our connections for it only so long. */
function limitMessages(ws: WebSocket, { socket, clock }: { socket: Socket; clock: Clock }): void {
  let stopWaiting: (() => void) | undefined
  const done = () => {
    stopWaiting?.()
    stopWaiting = undefined
  }
  // Before the WebSocket's own listener, so that a message that is complete is heard of after this.
  socket.prependListener('data', () => {
    stopWaiting ??= clock.after(limits.tcpMessageMs, () => socket.destroy())
  })
  for (const event of ['message', 'ping', 'pong', 'close']) ws.on(event, done)
}

function write(ws: WebSocket, bytes: Uint8Array): Promise<boolean> {
  if (ws.bufferedAmount > limits.tcpUnsentBytes) ws.terminate()
  return new Promise(resolve => ws.send(bytes, { binary: !isUtf8(bytes) }, error => resolve(!error)))
}
