import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { download } from './certificate-download.ts'
import { createCertificateSource } from './certificate-source.ts'
import { allowedCertificateUrl } from './certificate-url.rules.ts'
import { createTestCertificate } from './test-authority.ts'

const root = createTestCertificate({ name: 'Web root', ca: true })
const web = createTestCertificate({ name: 'localhost', issuer: root, host: 'localhost' })
const { pem } = createTestCertificate({ name: 'Carrier', issuer: root })

describe('which certificates may be fetched', () => {
  const hosts = ['Cert.Example.org', 'other.example:9443']
  test.each([
    ['https://cert.example.org/a.pem', true],
    ['https://cert.example.org:8443/a.pem', true],
    ['https://other.example:9443/a.pem', true],
    ['https://cert.example.org:9443/a.pem', false],
    ['https://other.example/a.pem', false],
    ['http://cert.example.org/a.pem', false],
    ['https://evil.example/a.pem', false],
    ['https://cert.example.org.evil.example/a.pem', false],
    ['https://cert.example.org@evil.example/a.pem', false],
    ['https://user@cert.example.org/a.pem', false],
    ['https://cert.example.org/a.pem?x=1', false],
    ['https://cert.example.org/a.pem#x', false],
    ['https://169.254.169.254/', false],
    ['nonsense', false],
  ])('%s: %s', (url, allowed) => {
    expect(allowedCertificateUrl(url, hosts) !== undefined).toBe(allowed)
  })
})

describe('the cache of certificates', () => {
  function createTestSource(answers: Record<string, string | undefined>, over: { limit?: number } = {}) {
    const asked: string[] = []
    const clock = { now: 0 }
    const source = createCertificateSource({
      allowedHosts: ['c.example'],
      ttlMs: 100,
      failureTtlMs: 10,
      limit: 2,
      maxDownloads: 2,
      now: () => clock.now,
      download: async url => {
        asked.push(url.pathname)
        return answers[url.pathname]
      },
      ...over,
    })
    return { asked, clock, get: (path: string) => source(`https://c.example${path}`) }
  }

  test('one download serves all who ask, until its time is over', async () => {
    const { asked, clock, get } = createTestSource({ '/a': pem })
    const chains = await Promise.all([get('/a'), get('/a')])
    clock.now = 99
    chains.push(await get('/a'))
    expect(asked).toEqual(['/a'])
    expect(chains.every(chain => chain?.[0].subject === 'CN=Carrier')).toBe(true)
    clock.now = 100
    await get('/a')
    expect(asked).toEqual(['/a', '/a'])
  })

  test('that there is none is remembered for a short while', async () => {
    const { asked, clock, get } = createTestSource({ '/bad': 'no certificate' })
    expect([await get('/none'), await get('/bad'), await get('/none')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(asked).toEqual(['/none', '/bad'])
    clock.now = 10
    await get('/none')
    expect(asked).toHaveLength(3)
  })

  test('it keeps a bounded number, and fetches a bounded number at once', async () => {
    const { asked, get } = createTestSource({ '/a': pem, '/b': pem, '/c': pem })
    const together = await Promise.all([get('/a'), get('/b'), get('/c')])
    expect(together.map(chain => chain !== undefined)).toEqual([true, true, false])
    await get('/c')
    await get('/a')
    expect(asked).toEqual(['/a', '/b', '/c', '/a'])
  })

  test('a URL that is not allowed is not asked for', async () => {
    const { asked, get } = createTestSource({})
    expect(await get('/a?x')).toBeUndefined()
    expect(asked).toEqual([])
  })
})

describe('the download of a certificate', () => {
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  async function serve(listener: RequestListener): Promise<URL> {
    const server = createServer(
      { key: web.privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: web.pem },
      listener,
    )
    server.on('tlsClientError', () => undefined)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closing.push(() => {
      server.closeAllConnections()
      server.close()
    })
    return new URL(`https://localhost:${(server.address() as AddressInfo).port}/a.pem`)
  }

  const limits = { timeoutMs: 10_000, maxBytes: 1000 }
  const get = (url: URL, over = {}) => download(url, { ...limits, ...over }, { ca: root.pem })

  test('a complete 200 is taken', async () => {
    const url = await serve((_, response) => response.end(pem.slice(0, 900)))
    expect(await get(url)).toBe(pem.slice(0, 900))
  })

  test.each<[string, RequestListener]>([
    ['a redirect', (_, response) => response.writeHead(302, { location: '/b.pem' }).end()],
    ['404', (_, response) => response.writeHead(404).end()],
    ['a body over the limit', (_, response) => response.end('x'.repeat(1001))],
    [
      'a body that breaks off',
      (_, response) => response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy()),
    ],
  ])('%s is not', async (_, listener) => {
    let requests = 0
    const url = await serve((request, response) => {
      requests++
      listener(request, response)
    })
    expect(await get(url)).toBeUndefined()
    expect(requests).toBe(1)
  })

  test('nor a server that never answers, nor one whose own certificate is not trusted', async () => {
    const url = await serve(() => undefined)
    expect(await get(url, { timeoutMs: 50 })).toBeUndefined()
    expect(await download(url, limits)).toBeUndefined()
  })
})
