import { once } from 'node:events'
import { statSync, utimesSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect as connectPlainly } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import { limits } from '../limits.rules.ts'
import {
  anywhere,
  authorities,
  createTestIdentity,
  createTestSockets,
  hostName,
  request,
  requestText,
} from './test-sockets.ts'
import { TlsFilesError } from './transport.errors.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function identity(...of: Parameters<typeof createTestIdentity>) {
  const made = createTestIdentity(...of)
  closing.push(made.remove)
  return made
}

async function sockets(...of: Parameters<typeof createTestSockets>) {
  const made = await createTestSockets(...of)
  closing.push(made.close)
  return made
}

async function secure(port: number, options: object = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: hostName, ca: authorities, ...options })
  socket.on('error', () => {})
  closing.push(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

describe('SIP over TLS (RFC 3261 §26.3)', () => {
  test('a request goes to a peer whose certificate shows the name, and its answer comes over the same connection', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const ours = await sockets()
    await ours.send(request({ via: 'SIP/2.0/TLS 127.0.0.1:5061' }), peer.flowTo('tls'))
    const { flow } = await peer.hears()
    expect(flow).toMatchObject({ transport: 'tls', address: '127.0.0.1' })
    await peer.send(request({ callId: 'back' }), flow)
    expect((await ours.hears('back')).flow).toMatchObject({ transport: 'tls', port: peer.portOf('tls') })
  })

  test('two requests to one peer go over one connection', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const ours = await sockets()
    await ours.send(request({ callId: 'first' }), peer.flowTo('tls'))
    await ours.send(request({ callId: 'second' }), peer.flowTo('tls'))
    const [first, second] = [await peer.hears('first'), await peer.hears('second')]
    expect(first.flow.connection).toBe(second.flow.connection)
  })

  test.each([
    ['a certificate for another name is refused (RFC 5922 §7)', identity, 'other.test'],
    ['a certificate for a name, where only the address is known, is refused', identity, '127.0.0.1'],
    ['a certificate that nobody vouches for is refused', () => identity(hostName, undefined), hostName],
  ] as const)('%s: nothing goes out', async (_, make, name) => {
    const peer = await sockets({ tls: anywhere, identity: make() })
    const ours = await sockets(name === hostName ? { authorities: undefined } : {})
    await expect(ours.send(request(), peer.flowTo('tls', name))).rejects.toThrow(
      /altnames|certificate|self-signed/i,
    )
    expect(peer.heard).toEqual([])
  })

  test('a connection that showed one name is not used for another', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const ours = await sockets()
    await ours.send(request({ callId: 'first' }), peer.flowTo('tls'))
    await expect(ours.send(request({ callId: 'second' }), peer.flowTo('tls', 'other.test'))).rejects.toThrow()
  })

  test('the name is said before the handshake (SNI, RFC 6066 §3), an address is not', async () => {
    const said: string[] = []
    const server = createServer({
      SNICallback(name, done) {
        said.push(name)
        done(null)
      },
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => server.close())
    const ours = await sockets()
    const { port } = server.address() as AddressInfo
    for (const serverName of [hostName, '127.0.0.1'])
      await ours.send(request(), { transport: 'tls', address: '127.0.0.1', port, serverName }).catch(() => {})
    expect(said).toEqual([hostName])
  })

  test('a message may come in halves, and several at once', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const socket = await secure(peer.portOf('tls')!)
    const text = requestText({ callId: 'halves' })
    socket.write(text.slice(0, 40))
    await expect.poll(() => peer.clock.pending()).toBe(1)
    socket.write(text.slice(40) + requestText({ callId: 'next' }))
    await peer.hears('halves')
    await peer.hears('next')
  })

  test('half a message ends its connection after a while', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const socket = await secure(peer.portOf('tls')!)
    socket.write('OPTIONS sip:a@b SIP/2.0\r\n')
    await expect.poll(() => peer.clock.pending()).toBe(1)
    peer.clock.advance(limits.tcpMessageMs)
    await once(socket, 'close')
  })

  test('a double CRLF is answered with one (RFC 5626 §3.5.1)', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const socket = await secure(peer.portOf('tls')!)
    socket.write('\r\n\r\n')
    const [bytes] = await once(socket, 'data')
    expect(String(bytes)).toBe('\r\n')
  })

  test('TLS 1.1 is refused', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const old = secure(peer.portOf('tls')!, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })
    await expect(old).rejects.toThrow()
  })

  test('who speaks no TLS is let go, and the next one is served', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const plain = connectPlainly(peer.portOf('tls')!, '127.0.0.1')
    plain.on('error', () => {})
    plain.write(requestText())
    plain.resume()
    await once(plain, 'close')
    const socket = await secure(peer.portOf('tls')!)
    socket.write(requestText({ callId: 'next' }))
    await peer.hears('next')
    expect(peer.heard).toHaveLength(1)
  })

  test('connections count from before the handshake on, those of TCP included', async () => {
    const peer = await sockets({ tls: anywhere, identity: identity() })
    const open = Array.from({ length: limits.tcpConnectionsOfOne + 5 }, (_, i) => {
      const socket = connectPlainly(i % 2 ? peer.port : peer.portOf('tls')!, '127.0.0.1')
      closing.push(() => socket.destroy())
      return socket.on('error', () => {})
    })
    await expect.poll(() => peer.troubles.length).toBe(5)
    await expect.poll(() => open.filter(socket => socket.closed).length).toBe(5)
    for (const socket of open) socket.destroy()
    await expect
      .poll(async () => (await secure(peer.portOf('tls')!).catch(() => undefined))?.authorized)
      .toBe(true)
  })
})

describe('the certificate and key files', () => {
  const shown = async (port: number) => {
    const socket = await secure(port, { rejectUnauthorized: false })
    return socket.getPeerCertificate().subject.CN
  }

  test('are read again when they changed, for the next connection', async () => {
    const files = identity()
    const peer = await sockets({ tls: anywhere, identity: files })
    expect(await shown(peer.portOf('tls')!)).toBe(hostName)
    files.write('renewed.test')
    expect(await shown(peer.portOf('tls')!)).toBe('renewed.test')
  })

  test('that are being written and cannot be used change nothing until they can', async () => {
    const files = identity()
    const peer = await sockets({ tls: anywhere, identity: files })
    writeFileSync(files.key, 'half a')
    expect(await shown(peer.portOf('tls')!)).toBe(hostName)
    expect(peer.troubles).toEqual(['failed'])
    files.write('renewed.test')
    expect(await shown(peer.portOf('tls')!)).toBe('renewed.test')
  })

  test('that were only touched are read without harm', async () => {
    const files = identity()
    const peer = await sockets({ tls: anywhere, identity: files })
    const { mtimeMs } = statSync(files.certificate)
    utimesSync(files.certificate, mtimeMs / 1000 + 60, mtimeMs / 1000 + 60)
    expect(await shown(peer.portOf('tls')!)).toBe(hostName)
  })

  test.each([
    [
      'is missing',
      (files: ReturnType<typeof identity>) => files.remove(),
      /RINGDOWN_SIP_TLS_CERT names .*no such file/,
    ],
    ['is none', (files: ReturnType<typeof identity>) => writeFileSync(files.key, 'x'), /must be PEM files/],
    [
      'is not the key of the certificate',
      (files: ReturnType<typeof identity>) => {
        const key = createTestIdentity()
        closing.push(key.remove)
        files.key = key.key
      },
      /of its own key/,
    ],
  ])('a file that %s is said in a sentence, and nothing stays open', async (_, spoil, sentence) => {
    const files = identity()
    spoil(files)
    const opening = createTestSockets({ tls: anywhere, identity: files })
    await expect(opening).rejects.toThrow(sentence)
    await expect(opening).rejects.toBeInstanceOf(TlsFilesError)
  })

  test('a port that is taken is said with the listener that wants it', async () => {
    const files = identity()
    const peer = await sockets({ tls: anywhere, identity: files })
    const taken = { host: '127.0.0.1', port: peer.portOf('tls')! }
    await expect(createTestSockets({ tls: taken, identity: files })).rejects.toMatchObject({
      listener: 'tls',
      code: 'EADDRINUSE',
      port: taken.port,
    })
  })
})
