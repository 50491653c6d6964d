import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/**
 * The least that a gateway can do, as a measure for ours: a process that passes each datagram on, unread. Two sockets
 * per call; whatever comes to one goes out of the other, to whom that one last heard. Its parent is told the ports.
 */

type End = { socket: Socket; peer: { address: string; port: number } | undefined }

async function openEnd(): Promise<End> {
  const socket = createSocket({
    type: 'udp4',
    // As the media worker does: no resolver's round for an address.
    lookup: (address, _options, found) => found(null, address, 4),
  })
  // Asked first: without a resolver's round it listens before `bind` returns.
  const listening = once(socket, 'listening')
  socket.bind(0, '127.0.0.1')
  await listening
  return { socket, peer: undefined }
}

function pass(from: End, to: End): void {
  from.socket.on('message', (bytes, peer) => {
    from.peer ??= peer
    if (to.peer) to.socket.send(bytes, to.peer.port, to.peer.address)
  })
}

const calls = Number(process.argv[2])
const ports: [number, number][] = []
for (let i = 0; i < calls; i++) {
  const [one, other] = await Promise.all([openEnd(), openEnd()])
  pass(one, other)
  pass(other, one)
  ports.push([one.socket.address().port, other.socket.address().port])
}
process.send?.(ports)
process.once('disconnect', () => process.exit(0))
