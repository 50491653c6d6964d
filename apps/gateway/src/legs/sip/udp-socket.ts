import { createSocket, type RemoteInfo } from 'node:dgram'
import { isIPv4 } from 'node:net'

export type UdpNeeds = {
  host: string
  /** 0: any free one. */
  port: number
  onDatagram(bytes: Uint8Array, from: { address: string; port: number }): void
}

/** One UDP socket. A dual-stack one speaks of IPv4 peers by their IPv4 address. */
export async function openUdpSocket({ host, port, onDatagram }: UdpNeeds) {
  const family = host.includes(':') ? 6 : 4
  const socket = createSocket({ type: `udp${family}` })
  socket.on('message', (bytes, from) => {
    if (!isKeepAlive(bytes)) onDatagram(bytes, { address: plainAddress(from), port: from.port })
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(port, host, () => resolve())
  })
  socket.removeAllListeners('error')
  // What an ICMP message of one peer says concerns no other: the transaction's timers tell.
  socket.on('error', () => {})
  let isOpen = true

  return {
    port: socket.address().port,
    family,
    send(bytes: Uint8Array, to: { address: string; port: number }): Promise<void> {
      const address = family === 6 && isIPv4(to.address) ? `::ffff:${to.address}` : to.address
      return new Promise((resolve, reject) =>
        socket.send(bytes, to.port, address, error => (error ? reject(error) : resolve())),
      )
    },
    async close(): Promise<void> {
      if (!isOpen) return
      isOpen = false
      await new Promise<void>(resolve => socket.close(() => resolve()))
    },
  }
}

/** RFC 5626 §4.4.1, and what else keeps a NAT open: bytes that are no message and want no answer. */
const isKeepAlive = (bytes: Buffer): boolean =>
  bytes.length <= 4 && /^[\r\n\0]*$/.test(bytes.toString('latin1'))

const plainAddress = ({ address }: RemoteInfo): string => address.replace(/^::ffff:/, '')
