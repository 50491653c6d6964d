import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { limits } from '../limits.rules.ts'
import {
  anywhere,
  authorities,
  createTestIdentity,
  createTestSockets,
  hostName,
  request,
  requestText,
  type TestSockets,
} from './test-sockets.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function sockets(...of: Parameters<typeof createTestSockets>) {
  const made = await createTestSockets(...of)
  closing.push(made.close)
  return made
}

function dial(peer: TestSockets, options: ClientOptions & { protocol?: string } = {}): WebSocket {
  const { protocol = 'sip', ...more } = options
  const ws = new WebSocket(`ws://127.0.0.1:${peer.portOf('ws')}/`, protocol || [], more)
  ws.on('error', () => {})
  closing.push(() => ws.terminate())
  return ws
}

async function browser(peer: TestSockets, options?: Parameters<typeof dial>[1]): Promise<WebSocket> {
  const ws = dial(peer, options)
  await once(ws, 'open')
  return ws
}

const via = 'SIP/2.0/WS df7jal23ls0d.invalid'

describe('SIP over WebSocket, as server (RFC 7118)', () => {
  test('speaks the subprotocol "sip" (§4.1)', async () => {
    const peer = await sockets({ ws: anywhere })
    expect((await browser(peer)).protocol).toBe('sip')
  })

  test.each([
    ['another subprotocol', { protocol: 'mqtt' }, 400],
    ['no subprotocol', { protocol: '' }, 400],
    ['a page of another site', { origin: 'https://evil.test' }, 403],
  ])('%s is refused', async (_, options, status) => {
    const peer = await sockets({ ws: anywhere, origins: ['https://calls.example.org'] })
    const [, response] = await once(dial(peer, options), 'unexpected-response')
    expect(response.statusCode).toBe(status)
  })

  test('a page of our own site is served', async () => {
    const peer = await sockets({ ws: anywhere, origins: ['https://calls.example.org'] })
    await browser(peer, { origin: 'https://calls.example.org' })
  })

  test('what is no WebSocket is told so', async () => {
    const peer = await sockets({ ws: anywhere })
    expect((await fetch(`http://127.0.0.1:${peer.portOf('ws')}/`)).status).toBe(426)
  })

  test.each([
    ['text', false],
    ['binary', true],
  ])('a %s message is one SIP message, and its answer goes over the connection (§5)', async (_, binary) => {
    const peer = await sockets({ ws: anywhere })
    const ws = await browser(peer)
    ws.send(requestText({ via, callId: 'frame' }), { binary })
    const { flow } = await peer.hears('frame')
    expect(flow).toMatchObject({ transport: 'ws', address: '127.0.0.1' })
    const answer = once(ws, 'message')
    await peer.send(request({ callId: 'back' }), { ...flow, port: 80 })
    const [data, isBinary] = await answer
    expect([String(data).includes('Call-ID: back'), isBinary]).toEqual([true, false])
  })

  test('Content-Length may be left out, for the frame says where a message ends (§5)', async () => {
    const peer = await sockets({ ws: anywhere })
    const ws = await browser(peer)
    ws.send(requestText({ via, callId: 'short' }).replace('Content-Length: 0\r\n', ''))
    await peer.hears('short')
  })

  test('a message may come in fragments, with a ping between them (RFC 6455 §5.4)', async () => {
    const peer = await sockets({ ws: anywhere })
    const ws = await browser(peer)
    const text = requestText({ via, callId: 'halves' })
    ws.send(text.slice(0, 50), { fin: false })
    ws.ping()
    await once(ws, 'pong')
    ws.send(text.slice(50), { fin: true })
    await peer.hears('halves')
  })

  test('two line breaks are answered with one (RFC 5626 §3.5.1); one is not', async () => {
    const peer = await sockets({ ws: anywhere })
    const ws = await browser(peer)
    ws.send('\r\n')
    ws.send('\r\n\r\n')
    const [data] = await once(ws, 'message')
    expect([String(data), peer.malformed]).toEqual(['\r\n', []])
  })

  const garbage: [string, Uint8Array | string][] = [
    ['random bytes', Uint8Array.from({ length: 700 }, (_, i) => (i * 7919) % 256)],
    ['nothing', ''],
    ['zeros', new Uint8Array(200)],
    ['another protocol', '{"type":"hello"}'],
    ['half a message', requestText({ via }).slice(0, 60)],
  ]
  test.each(garbage)('a frame with %s is counted, and the next message is heard', async (_, frame) => {
    const peer = await sockets({ ws: anywhere })
    const ws = await browser(peer)
    ws.send(frame, { binary: true })
    ws.send(requestText({ via, callId: 'after' }))
    await peer.hears('after')
    expect(peer.malformed).toHaveLength(1)
  })

  test.each([
    ['text that is no UTF-8', (ws: WebSocket) => ws.send(Uint8Array.of(0xc3, 0x28), { binary: false }), 1007],
    ['a message over the limit', (ws: WebSocket) => ws.send(new Uint8Array(70_000)), 1009],
  ])('%s closes that connection and no other', async (_, send, code) => {
    const peer = await sockets({ ws: anywhere })
    const [ws, other] = [await browser(peer), await browser(peer)]
    send(ws)
    expect((await once(ws, 'close'))[0]).toBe(code)
    other.send(requestText({ via, callId: 'other' }))
    await peer.hears('other')
  })

  test.each([
    ['an upgrade that does not end', 'GET / HTTP/1.1\r\nHost: a\r\n'],
    ['nothing at all', ''],
  ])('%s is cut off after a while', async (_, bytes) => {
    const peer = await sockets({ ws: anywhere })
    const socket = connect(peer.portOf('ws')!, '127.0.0.1').on('error', () => {})
    socket.write(bytes)
    await expect.poll(() => peer.clock.pending()).toBe(1)
    peer.clock.advance(limits.tcpMessageMs)
    await once(socket, 'close')
    expect(peer.clock.pending()).toBe(0)
  })

  test('a message whose end does not come is cut off after a while', async () => {
    const peer = await sockets({ ws: anywhere })
    const ws = await browser(peer)
    ws.send('OPTIONS sip:a@b SIP/2.0\r\n', { fin: false })
    await expect.poll(() => peer.clock.pending()).toBe(1)
    peer.clock.advance(limits.tcpMessageMs)
    await once(ws, 'close')
  })

  test('behind a proxy on this machine a peer has the address that the proxy says, last of all (X-Forwarded-For)', async () => {
    const peer = await sockets({ ws: anywhere })
    const ws = await browser(peer, { headers: { 'x-forwarded-for': '203.0.113.66, 198.51.100.7' } })
    ws.send(requestText({ via }))
    expect((await peer.hears()).flow.address).toBe('198.51.100.7')
  })

  test('one host cannot take all connections, also behind a proxy', async () => {
    const peer = await sockets({ ws: anywhere })
    const headers = { 'x-forwarded-for': '198.51.100.7' }
    for (let i = 0; i < limits.tcpConnectionsOfOne; i++) await browser(peer, { headers })
    const [, response] = await once(dial(peer, { headers }), 'unexpected-response')
    expect(response.statusCode).toBe(503)
    await browser(peer, { headers: { 'x-forwarded-for': '198.51.100.8' } })
  })

  test('a browser that is gone is not dialled (§5)', async () => {
    const peer = await sockets({ ws: anywhere })
    const ws = await browser(peer)
    ws.send(requestText({ via }))
    const { flow } = await peer.hears()
    ws.terminate()
    await expect.poll(() => peer.send(request(), flow).catch(error => error.message)).toContain('gone')
  })
})

describe('SIP over WebSocket, as client', () => {
  test('a request goes to an edge, and what comes back over the connection is heard', async () => {
    const [edge, ours] = [await sockets({ ws: anywhere }), await sockets()]
    await ours.send(request({ via }), edge.flowTo('ws'))
    const { flow } = await edge.hears()
    await edge.send(request({ callId: 'back' }), flow)
    await ours.hears('back')
  })

  test('over a secure one when the certificate shows the name, and else not at all', async () => {
    const identity = createTestIdentity()
    closing.push(identity.remove)
    const [edge, ours] = [await sockets({ wss: anywhere, identity }), await sockets()]
    await ours.send(request({ via }), edge.flowTo('wss'))
    expect((await edge.hears()).flow.transport).toBe('wss')
    await expect(ours.send(request(), edge.flowTo('wss', 'other.test'))).rejects.toThrow()
  })

  test('a server that speaks no SIP there is no peer', async () => {
    const [edge, ours] = [await sockets({ ws: anywhere }), await sockets()]
    const wrong = { ...edge.flowTo('ws'), port: edge.port }
    const sending = ours.send(request(), wrong)
    await expect(sending).rejects.toThrow()
  })

  test('a secure page connects with a certificate of its authority', async () => {
    const identity = createTestIdentity()
    closing.push(identity.remove)
    const edge = await sockets({ wss: anywhere, identity })
    const options: ClientOptions & { servername: string } = { ca: authorities, servername: hostName }
    const ws = new WebSocket(`wss://127.0.0.1:${edge.portOf('wss')}`, 'sip', options)
    closing.push(() => ws.terminate())
    await once(ws, 'open')
    ws.send(requestText({ via: 'SIP/2.0/WSS abc.invalid' }))
    expect((await edge.hears()).flow.transport).toBe('wss')
  })
})
