import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestTrunk } from './doubles.ts'
import { limits } from './limits.rules.ts'
import { createTestBench, type TestBench } from './test-bench.ts'

// The only names in these tests; no question leaves the machine.
vi.mock('node:dns/promises', () => ({
  Resolver: class {
    async resolveSrv() {
      throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' })
    }
  },
  lookup: async (host: string) => {
    if (host === 'phone.test') return [{ address: '127.0.0.1', family: 4 }]
    throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' })
  },
}))

let bench: TestBench
afterEach(() => bench.close())

describe('over UDP', () => {
  beforeEach(async () => {
    bench = await createTestBench()
  })

  const garbage: [string, Uint8Array | string][] = [
    ['random bytes', Uint8Array.from({ length: 700 }, (_, i) => (i * 7919) % 256)],
    ['an empty line', '\n\n'],
    ['nothing', new Uint8Array(0)],
    ['zeros', new Uint8Array(200)],
    ['half a request', 'INVITE sip:+15550100@127.0.0.1 SIP/2.0\nVia: SIP/2.0/UDP 127'],
    ['a request line alone', 'INVITE sip:+15550100@127.0.0.1 SIP/2.0\n\n'],
    ['a response to nothing', 'SIP/2.0 200 OK\nVia: SIP/2.0/UDP a;branch=z9hG4bKx\n\n'],
    ['another protocol', 'GET / HTTP/1.1\nHost: 127.0.0.1\n\n'],
    ['the largest datagram there is', new Uint8Array(65_000).fill(0x41)],
  ]
  test.each(garbage)('%s harms nothing: the next caller gets through', async (_, bytes) => {
    await bench.phone.send(bytes)
    await bench.ring()
    expect(bench.calls.arrivals).toHaveLength(1)
  })

  test('every beginning of an INVITE, and an INVITE with any one byte spoiled, harms nothing', async () => {
    const call = bench.call()
    const bytes = new TextEncoder().encode(
      call.text('INVITE', { branch: call.branch }).replace(/\n/g, '\r\n'),
    )
    for (let at = 0; at < bytes.length; at += 3) {
      await bench.phone.send(bytes.subarray(0, at))
      await bench.phone.send(bytes.with(at, 0))
      if (at % 30 === 0) await bench.phone.ping()
    }
    await bench.phone.ping()
    await bench.ring()
    expect(bench.calls.arrivals.length).toBeGreaterThan(0)
  })

  test.each([
    ['Content-Length: 0', 'Content-Length: 9999', 400],
    ['SIP/2.0\n', 'SIP/7.0\n', 505],
    ['Max-Forwards: 70', `X-Giant: ${'a'.repeat(9_000)}`, 513],
  ])('a request with "%s" made "%s" is refused %i without state', async (right, wrong, status) => {
    const call = bench.call()
    const text = call.text('INVITE', { branch: call.branch }).replace(right, wrong)
    await bench.phone.send(text)
    expect((await call.answered()).status).toBe(status)
    expect([bench.counter.of('malformed'), bench.clock.pending()]).toEqual([1, 0])
  })

  test('keep-alives are neither answered nor counted (RFC 5626 §4.4.1)', async () => {
    for (const bytes of ['\n\n', '\n', new Uint8Array(4), new Uint8Array(0)]) await bench.phone.send(bytes)
    await bench.phone.ping()
    expect([bench.phone.log(), bench.counter.of('malformed')]).toEqual([[], 0])
  })

  test('a Contact by name is looked up', async () => {
    const talking = await bench.talk({ contact: `<sip:phone@phone.test:${bench.phone.port}>` })
    await bench.hangUp(talking)
    expect((await talking.call.next('BYE')).uri).toContain('phone.test')
  })

  test('a Contact whose name nobody knows costs nothing but the look-up', async () => {
    const talking = await bench.talk({ contact: '<sip:phone@nobody.test>' })
    await bench.hangUp(talking)
    await bench.phone.answer(await talking.call.next('BYE'), 200)
    await bench.settle()
    expect(bench.counter.of('failed')).toBe(1)
  })

  test.each(['<sips:phone@127.0.0.1>', '<tel:+15550142>', '<sip:phone@127.0.0.1;transport=ws>'])(
    'a Contact that we have no transport for (%s) is reached where the INVITE came from',
    async contact => {
      const talking = await bench.talk({ contact })
      await bench.hangUp(talking)
      expect((await talking.call.next('BYE')).method).toBe('BYE')
    },
  )
})

describe('over TCP', () => {
  beforeEach(async () => {
    bench = await createTestBench({ transport: 'tcp' })
  })

  test('a double CRLF is answered with one (RFC 5626 §4.4.1)', async () => {
    const socket = connect(bench.port, '127.0.0.1')
    socket.write('\r\n\r\n')
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toBe('\r\n')
    socket.destroy()
  })

  test('a message may come byte by byte, and several at once', async () => {
    const [one, other] = [bench.call(), bench.call()]
    const text = (call: typeof one) => call.text('INVITE', { branch: call.branch })
    const socket = await bench.phone.connection()
    for (const byte of Buffer.from(text(one).replace(/\n/g, '\r\n'))) socket.write(Uint8Array.of(byte))
    await bench.phone.send(text(other) + text(bench.call()))
    await bench.settle()
    expect(bench.calls.arrivals).toHaveLength(3)
  })

  test('a message without end is cut off after a while', async () => {
    const socket = connect(bench.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('INVITE sip:+15550100@127.0.0.1 SIP/2.0\r\n')
    await expect.poll(() => bench.clock.pending()).toBe(1)
    bench.clock.advance(limits.tcpMessageMs)
    await once(socket, 'close')
  })

  test('a message without Content-Length is refused and the connection closed, for nobody knows where it ends', async () => {
    const socket = connect(bench.port, '127.0.0.1')
    const call = bench.call()
    const text = call.text('INVITE', { branch: call.branch }).replace(/Content-Length: \d+\n/, '')
    socket.write(text.replace(/\r?\n/g, '\r\n'))
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toMatch(/^SIP\/2.0 400 /)
    await once(socket, 'close')
  })

  test.each([
    ['endless garbage', 'A'.repeat(200_000)],
    ['a body longer than we take', 'INVITE sip:a@b SIP/2.0\r\nContent-Length: 99999999\r\n\r\n'],
  ])('%s closes that connection and no other', async (_, text) => {
    const socket = connect(bench.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(text)
    await once(socket, 'close')
    await bench.ring()
    expect(bench.calls.arrivals).toHaveLength(1)
  })

  test('a connection that is reset in the middle harms nothing', async () => {
    const socket = connect(bench.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write('INVITE sip:+15550100@127.0.0.1 SIP/2.0\r\n')
    socket.resetAndDestroy()
    await bench.ring()
    expect(bench.calls.arrivals).toHaveLength(1)
  })

  test('a response whose connection was lost goes over a new one to sent-by (RFC 3261 §18.2.2)', async () => {
    const ringing = await bench.ring()
    const gone = bench.phone.disconnected()
    ;(await bench.phone.connection()).destroy()
    await gone
    await bench.phone.ping()
    expect((await bench.answer(ringing)).status).toBe(200)
  })

  test('a response that can be delivered nowhere is repeated and given up like any other', async () => {
    const ringing = await bench.ring()
    const opened = await bench.openMedia(ringing)
    await bench.phone.close()
    if (opened.type === 'open') await bench.driver().answer({ leg: ringing.record.leg, media: opened.media })
    for (let ms = 0; ms < 32_000; ms += 500) bench.clock.advance(500)
    await expect.poll(() => bench.ended()).toEqual(['no ack'])
  })

  test('a request goes to Contact over the transport it names', async () => {
    const listener = createServer()
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    const talking = await bench.talk({ contact: `<sip:phone@127.0.0.1:${port};transport=tcp>` })
    const accepted = once(listener, 'connection')
    await bench.hangUp(talking)
    const [socket] = await accepted
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toMatch(/^BYE sip:phone@/)
    socket.destroy()
    listener.close()
  })

  test('a Contact that takes no connection is reached over the one that is there', async () => {
    const listener = createServer()
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    await new Promise(resolve => listener.close(resolve))
    const talking = await bench.talk({ contact: `<sip:phone@127.0.0.1:${port};transport=tcp>` })
    await bench.hangUp(talking)
    expect((await talking.call.next('BYE')).method).toBe('BYE')
  })

  test('one peer cannot take all connections', async () => {
    await bench.phone.ping()
    const sockets = Array.from({ length: limits.tcpConnectionsOfOne + 4 }, () => {
      const socket = connect(bench.port, '127.0.0.1')
      socket.on('error', () => {})
      return socket
    })
    await expect.poll(() => sockets.filter(socket => socket.closed).length).toBe(5)
    expect(bench.counter.of('overload')).toBe(5)
    for (const socket of sockets) socket.destroy()
    await bench.ring()
  })

  test('a peer that does not read is let go', async () => {
    const socket = connect(bench.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.pause()
    const call = bench.call({ method: 'OPTIONS', body: null })
    // A Via is copied into the answer: 7 kB back for each that is asked.
    const headers = [`Via: SIP/2.0/TCP x;branch=${'b'.repeat(7_000)}`]
    for (let asked = 0; !socket.closed; asked++) {
      const text = call.text('OPTIONS', { branch: `${call.branch}-${asked}`, headers })
      const isTaken = socket.write(text.replace(/\r?\n/g, '\r\n'))
      if (!isTaken) await new Promise<void>(resolve => socket.once('drain', resolve).once('close', resolve))
    }
    await bench.ring()
  })
})

describe('both transports', () => {
  test('share one port, also when we choose it', async () => {
    bench = await createTestBench()
    const socket = connect(bench.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.destroy()
  })

  test('a port that is taken is said, and nothing stays open', async () => {
    bench = await createTestBench()
    const other = await createTestBench()
    await other.kill()
    await expect(other.driver().listen({ host: '127.0.0.1', port: bench.port })).rejects.toThrow('EADDRINUSE')
    await other.close()
  })

  test('after close nothing is sent, whatever is ordered or happens', async () => {
    bench = await createTestBench()
    const talking = await bench.talk()
    const driver = bench.driver()
    await driver.close()
    await driver.hangUp({ leg: talking.record.leg, ending: { result: 'internal', reason: 'shutdown' } })
    bench.media.emit({ type: 'silent', endpoint: talking.endpoint })
    bench.clock.advance(60_000)
    expect(bench.phone.log()).toEqual(['200 INVITE'])
    expect(bench.clock.pending()).toBe(0)
  })
})

test('what is written nowhere: the caller, in counters, errors, reports and leg ids', async () => {
  bench = await createTestBench()
  bench.directory.trunk = createTestTrunk({ trustsIdentity: true })
  const talking = await bench.talk({ headers: ['P-Asserted-Identity: <tel:+15550177>'] })
  bench.media.crash()
  const error = await bench.openMedia(talking).catch(String)
  const seen = JSON.stringify([
    bench.calls.told,
    talking.record.leg,
    error,
    bench.calls.arrivals.map(a => a.caller),
  ])
  expect(seen).not.toMatch(/55501(42|77)/)
  expect(bench.directory.callers).toEqual([{ organization: 'org-1', number: '+15550177' }])
})
