import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TestGateway } from '../../test/harness/gateway.ts'
import type { Corpus, Kind } from './corpus.ts'
import type { Dice } from './dice.ts'
import { mutated } from './mutate.ts'
import { frameOf, OPCODES, UPGRADE } from './web-socket-frames.ts'

/** Of each batch and each way to connect. */
const CONNECTIONS = 6
/** ms without a byte, after which nothing more is expected of a connection. */
const idleMs = 1_000

type Target = { address: string; port: number; isSecure: boolean }

export type ConnectionAttack = { gateway: TestGateway; address: string; corpus: Corpus; dice: Dice }

/** Mutated SIP over TCP, TLS and WebSocket, and mutated TLS records and WebSocket frames, all from one address. */
export async function attackConnections(order: ConnectionAttack): Promise<void> {
  const { gateway, address } = order
  const at = (port: number, isSecure = false): Target => ({ address, port, isSecure })
  const some = (kind: Kind) => connectionsOf(order, kind)
  await Promise.all([
    ...some('sip').map(pieces => say(at(gateway.sipPort), pieces)),
    ...some('sip').map(pieces => say(at(gateway.tlsPort, true), pieces)),
    ...some('sip').map(messages => sayOverWebSocket(at(gateway.wsPort), messages)),
    ...some('sip').map(messages => sayOverWebSocket(at(gateway.wssPort, true), messages)),
    ...some('web socket').map(pieces => say(at(gateway.wsPort), pieces)),
    ...some('web socket').map(pieces => say(at(gateway.wssPort, true), pieces)),
    ...some('tls').map(pieces => say(at(gateway.tlsPort), pieces)),
    ...some('tls').map(pieces => say(at(gateway.wssPort), pieces)),
  ])
}

function connectionsOf({ corpus, dice }: ConnectionAttack, kind: Kind): Uint8Array[][] {
  return Array.from({ length: CONNECTIONS }, () =>
    Array.from({ length: 1 + dice.below(4) }, () => mutated(corpus, kind, dice)),
  )
}

function open({ address: localAddress, port, isSecure }: Target): { socket: Socket; over: Promise<void> } {
  const to = { port, host: '127.0.0.1', localAddress }
  const socket = isSecure ? connectTls({ ...to, rejectUnauthorized: false }) : connect(to)
  const over = new Promise<void>(resolve => socket.once('close', () => resolve()))
  socket.on('error', () => undefined)
  socket.setTimeout(idleMs, () => socket.destroy())
  return { socket, over }
}

/** Says it all, and waits until the gateway hangs up, or has nothing to say. */
async function say(target: Target, pieces: readonly Uint8Array[]): Promise<void> {
  const { socket, over } = open(target)
  socket.resume()
  for (const piece of pieces) socket.write(piece)
  socket.end()
  await over
}

/** The same in frames as they should be, once the connection is a WebSocket. */
async function sayOverWebSocket(target: Target, messages: readonly Uint8Array[]): Promise<void> {
  const { socket, over } = open(target)
  socket.write(UPGRADE)
  socket.once('data', () => {
    socket.resume()
    for (const [index, message] of messages.entries())
      socket.write(frameOf(index % 2 === 0 ? OPCODES.text : OPCODES.binary, message))
    socket.end(frameOf(OPCODES.close, Uint8Array.of(3, 232)))
  })
  await over
}
