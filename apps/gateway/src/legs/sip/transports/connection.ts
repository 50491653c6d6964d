import type { Socket } from 'node:net'
import type { Flow, ParseFailure, SipMessage } from '@ringdown/sip'

/** Who hears what comes in over connections. */
export type ConnectionListener = {
  /** A connection that messages came over is gone. */
  onClosed?(connection: string): void
  onMessage(message: SipMessage, flow: Flow): void
  onMalformed(failure: ParseFailure, flow: Flow): void
}

export type ConnectionEvents = ConnectionListener & {
  /** The answer to a ping (RFC 5626 §3.5.1). */
  onPong(): void
}

/** An open connection that carries SIP, whatever is below. */
export type Connection = {
  readonly isWritable: boolean
  /** One message; resolves with whether it was handed on. A peer that does not read is let go. */
  write(bytes: Uint8Array): Promise<boolean>
  destroy(): void
}

/** An established connection before anyone listens to it. */
export type Channel = {
  attend(flow: Flow, events: ConnectionEvents): Connection
  onClose(run: () => void): void
}

/** IPv4 peers of a dual-stack socket are spoken of by their IPv4 address. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:/, '')

export const addressOf = (socket: Socket): string => plainAddress(socket.remoteAddress ?? '')
