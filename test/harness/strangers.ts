import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { parseMessage } from '@ringdown/sip'

export type Strangers = {
  readonly addresses: readonly string[]
  /** Statuses of every answer that came to any of them. */
  readonly statuses: readonly number[]
  /** Each in turn sends one, until `count` are sent. Paced so that the kernel's queue takes them. */
  flood(count: number, text: (index: number) => string): Promise<void>
  close(): Promise<void>
}

const atOnce = 20
const breathMs = 4

/** Hosts beside the gateway that are nobody's: each has a loopback address, and one UDP port there. */
export async function openStrangers(addresses: readonly string[], sipPort: number): Promise<Strangers> {
  const statuses: number[] = []
  const sockets = await Promise.all(
    addresses.map(async address => {
      const socket = createSocket('udp4')
      socket.on('message', bytes => {
        const parsed = parseMessage(bytes, { transport: 'datagram' })
        if (parsed.ok && parsed.message.kind === 'response') statuses.push(parsed.message.status)
      })
      socket.bind(0, address)
      await once(socket, 'listening')
      return socket
    }),
  )
  return {
    addresses,
    statuses,
    async flood(count, text) {
      for (let sent = 0; sent < count; sent++) {
        sockets[sent % sockets.length]?.send(text(sent), sipPort, '127.0.0.1')
        if (sent % atOnce === 0) await wait(breathMs)
      }
    },
    async close() {
      await Promise.all(sockets.map(closed))
    },
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise(resolve => socket.close(() => resolve()))
}

/** Connects from an address, says it all, and gives what it hears until the gateway hangs up. */
export async function sayByTcp(from: string, sipPort: number, text: string): Promise<string> {
  const socket = connect({ port: sipPort, host: '127.0.0.1', localAddress: from })
  let heard = ''
  socket.on('error', () => undefined)
  socket.on('data', bytes => {
    heard += bytes.toString('latin1')
  })
  const over = new Promise<void>(resolve => socket.once('close', () => resolve()))
  socket.write(text)
  await over
  return heard
}

/** An INVITE as anybody may write it. */
export function invite({ number, index }: { number: string; index: number }): string {
  return [
    `INVITE sip:${number}@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-flood-${index};rport`,
    'Max-Forwards: 70',
    `From: <sip:flood@127.0.0.1>;tag=flood-${index}`,
    `To: <sip:${number}@127.0.0.1>`,
    `Call-ID: flood-${index}`,
    'CSeq: 1 INVITE',
    'Contact: <sip:flood@127.0.0.1:9>',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
