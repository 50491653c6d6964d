import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isHandedOverSocket, stopReading } from './handed-over-socket.ts'

const server = createServer()
const sockets: Socket[] = []

beforeEach(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

async function connection(): Promise<{ client: Socket; accepted: Socket }> {
  const accepting = once(server, 'connection') as Promise<[Socket]>
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [accepted] = await accepting
  sockets.push(client, accepted)
  return { client, accepted }
}

it('a socket that is on its way is not read any more, however much comes', async () => {
  const onItsWay = await connection()
  const other = await connection()
  stopReading(onItsWay.accepted)
  onItsWay.client.write('frame')
  // Two rounds on another connection: by then the loop has looked at every socket that it reads.
  for (const text of ['one', 'two']) {
    other.client.write(text)
    await once(other.accepted, 'data')
  }
  expect(onItsWay.accepted.bytesRead).toBe(0)
})

it.each([
  [{ type: 'carrier socket', carrier: 'twilio', worker: 0, key: 'k', protocol: null, head: '' }, true],
  [{ type: 'carrier socket', worker: 'all' }, false],
  [{ type: 'ready' }, false],
  [null, false],
  ['carrier socket', false],
])('recognises %o as a handed-over socket: %s', (message, expected) => {
  expect(isHandedOverSocket(message)).toBe(expected)
})
