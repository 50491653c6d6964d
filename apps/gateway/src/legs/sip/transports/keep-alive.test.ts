import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { createTestClock } from '../../stream/doubles.ts'
import { limits } from '../limits.rules.ts'
import { byteStream } from './byte-stream.ts'
import { keepAlive } from './keep-alive.ts'
import { createTestSockets, request } from './test-sockets.ts'
import { transportLimits } from './transport-limits.rules.ts'

const { pingEveryMs, pongMs } = transportLimits

function kept() {
  const clock = createTestClock()
  const log: string[] = []
  const alive = keepAlive(clock, { ping: () => log.push('ping'), destroy: () => log.push('gone') })
  return { clock, log, alive }
}

describe('a connection of ours (RFC 5626 §4.4.1)', () => {
  test('is pinged again and again, as long as it is used', () => {
    const { clock, log, alive } = kept()
    for (let round = 0; round < 10; round++) {
      alive.said()
      clock.advance(pingEveryMs)
      alive.pong()
      clock.advance(pongMs)
      clock.advance(0)
    }
    expect(log).toEqual(Array(10).fill('ping'))
  })

  test('is let go when it answered pings before and does not any more', () => {
    const { clock, log, alive } = kept()
    clock.advance(pingEveryMs)
    alive.pong()
    clock.advance(pongMs)
    clock.advance(pingEveryMs - pongMs)
    clock.advance(pongMs)
    expect([log, clock.pending()]).toEqual([['ping', 'ping', 'gone'], 0])
  })

  test('of a peer that knows no pings is kept', () => {
    const { clock, log } = kept()
    clock.advance(pingEveryMs)
    clock.advance(pongMs)
    clock.advance(pingEveryMs)
    expect(log).toEqual(['ping', 'ping'])
  })

  test('that brings a message instead of a pong is alive', () => {
    const { clock, log, alive } = kept()
    clock.advance(pingEveryMs)
    alive.pong()
    clock.advance(pongMs)
    clock.advance(pingEveryMs - pongMs)
    alive.heard()
    clock.advance(pongMs)
    expect(log).toEqual(['ping', 'ping'])
  })

  test('over which nothing goes but pings is let go', () => {
    const { clock, log, alive } = kept()
    for (let ms = 0; ms < limits.tcpIdleMs + pingEveryMs; ms += 1_000) {
      clock.advance(1_000)
      alive.pong()
    }
    expect([log.at(-1), clock.pending()]).toEqual(['gone', 0])
  })
})

describe('on the wire', () => {
  const closing: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  async function sockets(...of: Parameters<typeof createTestSockets>) {
    const made = await createTestSockets(...of)
    closing.push(made.close)
    return made
  }

  const flow = { transport: 'tcp', address: '127.0.0.1', port: 1 } as const

  async function accepted() {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    const connection = once(server, 'connection').then(([socket]: Socket[]) => {
      closing.push(() => socket!.destroy())
      return socket!
    })
    return { port: (server.address() as AddressInfo).port, connection }
  }

  test('a TCP peer gets a double CRLF', async () => {
    const { port, connection } = await accepted()
    const ours = await sockets()
    await ours.send(request(), { ...flow, port })
    const socket = await connection
    let heard = ''
    socket.on('data', bytes => {
      heard += String(bytes)
    })
    ours.clock.advance(pingEveryMs)
    await expect.poll(() => heard.endsWith('\r\n\r\n\r\n\r\n')).toBe(true)
  })

  test('the CRLF that a TCP peer answers is a pong', async () => {
    const { port, connection } = await accepted()
    const peer = connect(port, '127.0.0.1')
    closing.push(() => peer.destroy())
    const channel = byteStream(await connection, createTestClock())
    const pong = new Promise<void>(onPong =>
      channel.attend(flow, { onPong, onMessage: () => {}, onMalformed: () => {} }),
    )
    peer.write('\r\n')
    await pong
  })

  test('a WebSocket edge is pinged the same way (RFC 7118 §6)', async () => {
    const edge = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(edge, 'listening')
    closing.push(() => edge.close())
    const ours = await sockets()
    const connection = once(edge, 'connection')
    const { port } = edge.address() as AddressInfo
    await ours.send(request(), { transport: 'ws', address: '127.0.0.1', port })
    const [ws] = await connection
    const pinged = new Promise(resolve =>
      ws.on('message', (data: Buffer) => data.length === 4 && resolve(String(data))),
    )
    ours.clock.advance(pingEveryMs)
    expect(await pinged).toBe('\r\n\r\n')
  })
})
