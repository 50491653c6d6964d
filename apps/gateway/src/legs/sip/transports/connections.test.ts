import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createTestSockets, request, requestText } from './test-sockets.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function sockets() {
  const made = await createTestSockets()
  closing.push(made.close)
  return made
}

function plain(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  closing.push(() => socket.destroy())
  return socket
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

const tcpAt = (port: number) => ({ transport: 'tcp', address: '127.0.0.1', port }) as const

describe('which connection a message takes (RFC 3261 §18, RFC 5923)', () => {
  test('requests to the port that a peer named with "alias" go over the connection it opened', async () => {
    const ours = await sockets()
    const port = await freePort()
    const socket = plain(ours.port)
    socket.write(requestText({ via: `SIP/2.0/TCP 127.0.0.1:${port};alias` }))
    await ours.hears()
    const heard = once(socket, 'data')
    await ours.send(request({ callId: 'back' }), tcpAt(port))
    expect(String((await heard)[0])).toContain('Call-ID: back')
  })

  test.each([
    ['without "alias"', (port: number) => `SIP/2.0/TCP 127.0.0.1:${port}`],
    ['for an address that is not its own', (port: number) => `SIP/2.0/TCP 127.0.0.2:${port};alias`],
  ])('%s they do not', async (_, via) => {
    const ours = await sockets()
    const port = await freePort()
    plain(ours.port).write(requestText({ via: via(port) }))
    await ours.hears()
    await expect(ours.send(request(), tcpAt(port))).rejects.toThrow('ECONNREFUSED')
  })

  test('a connection has one alias more, however many its peer claims', async () => {
    const ours = await sockets()
    const [first, second] = [await freePort(), await freePort()]
    const socket = plain(ours.port)
    for (const port of [first, second])
      socket.write(requestText({ via: `SIP/2.0/TCP 127.0.0.1:${port};alias`, callId: `${port}` }))
    await ours.hears(`${second}`)
    await ours.send(request(), tcpAt(first))
    await expect(ours.send(request(), tcpAt(second))).rejects.toThrow('ECONNREFUSED')
  })

  test('nobody takes the place of a peer that is connected', async () => {
    const [ours, peer] = [await sockets(), await sockets()]
    await ours.send(request({ callId: 'before' }), tcpAt(peer.port))
    plain(ours.port).write(requestText({ via: `SIP/2.0/TCP 127.0.0.1:${peer.port};alias` }))
    await ours.hears()
    await ours.send(request({ callId: 'after' }), tcpAt(peer.port))
    await peer.hears('after')
  })

  test('an alias ends with its connection', async () => {
    const ours = await sockets()
    const port = await freePort()
    const socket = plain(ours.port)
    socket.write(requestText({ via: `SIP/2.0/TCP 127.0.0.1:${port};alias` }))
    await ours.hears()
    socket.destroy()
    await expect
      .poll(() => ours.send(request(), tcpAt(port)).then(String, error => error.code))
      .toBe('ECONNREFUSED')
  })

  test('a connection that broke is opened anew', async () => {
    const [ours, peer] = [await sockets(), await sockets()]
    await ours.send(request({ callId: 'first' }), tcpAt(peer.port))
    const { flow } = await peer.hears('first')
    await peer.close()
    const again = await createTestSockets({ port: peer.port })
    closing.push(again.close)
    await expect
      .poll(() =>
        ours
          .send(request({ callId: 'second' }), { ...flow, port: again.port })
          .then(() => again.heard.length),
      )
      .toBeGreaterThan(0)
  })
})
