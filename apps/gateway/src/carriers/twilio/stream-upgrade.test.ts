import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestGateway } from './test-gateway.ts'

const usual = {
  line: 'GET /carriers/twilio/stream/worker-0 HTTP/1.1',
  upgrade: 'Upgrade: websocket',
  version: 'Sec-WebSocket-Version: 13',
  key: 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
}

describe('the upgrade of a media stream', () => {
  let gateway: Awaited<ReturnType<typeof createTestGateway>>
  let port: number
  beforeEach(async () => {
    gateway = await createTestGateway()
    port = Number(new URL(await gateway.listen()).port)
  })
  afterEach(() => gateway.close())

  /** The first line of the answer. */
  async function ask(change: Partial<typeof usual>): Promise<string> {
    const { line, upgrade, version, key } = { ...usual, ...change }
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(
      [line, 'Host: gateway.test', 'Connection: Upgrade', upgrade, version, key, '', ''].join('\r\n'),
    )
    const [data] = await new Promise<Buffer[]>(resolve => socket.once('data', (...args) => resolve(args)))
    socket.destroy()
    return data?.toString().split('\r\n')[0] ?? ''
  }

  test('is handed to the worker that the address names, whole', async () => {
    expect(await ask({})).toBe('HTTP/1.1 101 Switching Protocols')
    expect(gateway.counter.of('socket handed over')).toBe(1)
  })

  test.each([
    {
      what: 'an unknown worker',
      change: { line: 'GET /carriers/twilio/stream/nobody HTTP/1.1' },
      status: 404,
    },
    { what: 'no worker', change: { line: 'GET /carriers/twilio/stream/ HTTP/1.1' }, status: 404 },
    {
      what: 'a query string',
      change: { line: 'GET /carriers/twilio/stream/worker-0?t=1 HTTP/1.1' },
      status: 404,
    },
    {
      what: 'a path that climbs',
      change: { line: 'GET /carriers/twilio/stream/../x HTTP/1.1' },
      status: 404,
    },
    {
      what: 'another method',
      change: { line: 'PUT /carriers/twilio/stream/worker-0 HTTP/1.1' },
      status: 400,
    },
    { what: 'another protocol', change: { upgrade: 'Upgrade: h2c' }, status: 400 },
    { what: 'an old version', change: { version: 'Sec-WebSocket-Version: 8' }, status: 426 },
    { what: 'a key that is no nonce', change: { key: 'Sec-WebSocket-Key: short' }, status: 400 },
    { what: 'no key', change: { key: 'X-Nothing: 1' }, status: 400 },
  ])('with $what is refused with $status and counted', async ({ change, status }) => {
    expect(await ask(change)).toContain(` ${status} `)
    expect(gateway.counter.of('upgrade refused')).toBe(1)
    expect(gateway.streams.count()).toBe(0)
  })
})
