import type { Socket } from 'node:net'
import type { Flow } from '@ringdown/sip'
import { StreamFramer } from '@ringdown/sip'
import { limits } from '../limits.rules.ts'
import type { Clock } from '../sip.port.ts'
import type { Channel, ConnectionEvents } from './connection.ts'

const pong = new TextEncoder().encode('\r\n')

/** SIP over a stream of bytes: TCP or TLS (RFC 3261 §18.3). */
export function byteStream(socket: Socket, clock: Clock): Channel {
  return {
    attend(flow, events) {
      socket.setNoDelay(true)
      socket.setTimeout(limits.tcpIdleMs, () => socket.destroy())
      socket.on('error', () => {})
      readMessages(socket, { flow, events, clock })
      return {
        get isWritable() {
          return socket.writable
        },
        write: bytes => write(socket, bytes),
        destroy: () => void socket.destroy(),
      }
    },
    onClose(run) {
      if (socket.closed) run()
      else socket.once('close', run)
    },
  }
}

function readMessages(
  socket: Socket,
  { flow, events, clock }: { flow: Flow; events: ConnectionEvents; clock: Clock },
): void {
  const framer = new StreamFramer()
  let stopWaiting: (() => void) | undefined
  socket.on('data', (bytes: Uint8Array) => {
    const framed = framer.push(bytes)
    if (framed.length > 0) {
      stopWaiting?.()
      stopWaiting = undefined
    }
    // Who sends a message a byte at a time keeps one of our connections for it only so long.
    else stopWaiting ??= clock.after(limits.tcpMessageMs, () => socket.destroy())
    for (const one of framed) {
      if (one.type === 'message') events.onMessage(one.message, flow)
      // RFC 5626 §3.5.1.
      if (one.type === 'ping') void write(socket, pong)
      if (one.type === 'pong') events.onPong()
      if (one.type === 'refused' || one.type === 'broken') events.onMalformed(one.failure, flow)
      if (one.type === 'broken') socket.destroySoon()
    }
  })
  socket.on('close', () => stopWaiting?.())
}

function write(socket: Socket, bytes: Uint8Array): Promise<boolean> {
  if (socket.writableLength > limits.tcpUnsentBytes) socket.destroy()
  return new Promise(resolve => socket.write(bytes, error => resolve(!error)))
}
