import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from './index.ts'

function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

const key = Buffer.alloc(32, 7).toString('base64')

describe('readConfig', () => {
  it('starts with nothing set: embedded database, key of its own outside the data folder', () => {
    const config = readConfig({ XDG_CONFIG_HOME: '/home/x/.config' })
    expect(config).toMatchObject({
      demo: false,
      demoOperators: 0,
      http: { host: '127.0.0.1', port: 8080 },
      sip: { host: '0.0.0.0', port: 5060 },
      mediaPorts: { from: 40_000, to: 40_999 },
      publicUrl: 'http://localhost:8080',
      masterKey: { type: 'own', folder: '/home/x/.config/ringdown' },
      databaseUrl: undefined,
    })
  })

  it('keeps the demo on loopback and its key in the data folder', () => {
    const config = readConfig({ RINGDOWN_DEMO: '1', RINGDOWN_DATA: '/srv/demo' })
    expect(config.sip).toEqual({ host: '127.0.0.1', port: 5060 })
    expect(config.masterKey).toEqual({ type: 'own', folder: '/srv/demo' })
  })

  it.each([
    [{ RINGDOWN_DEMO: '1', RINGDOWN_HTTP: '0.0.0.0:8080' }, 'RINGDOWN_HTTP must be a loopback address'],
    [{ RINGDOWN_DEMO: '1', RINGDOWN_SIP: '192.0.2.1:5060' }, 'RINGDOWN_SIP must be a loopback address'],
    [{ RINGDOWN_DEMO: '1', RINGDOWN_SIP: '127.evil.test:5060' }, 'RINGDOWN_SIP must be a loopback address'],
    [{ RINGDOWN_DEMO: '1', RINGDOWN_SIP_WS: '0.0.0.0:5080' }, 'RINGDOWN_SIP_WS must be a loopback address'],
    [{ RINGDOWN_SIP_TLS: '0.0.0.0:5061' }, 'RINGDOWN_SIP_TLS_CERT is required with RINGDOWN_SIP_TLS'],
    [
      { RINGDOWN_SIP_WSS: '0.0.0.0:5443', RINGDOWN_SIP_TLS_CERT: '/c' },
      'RINGDOWN_SIP_TLS_KEY is required with RINGDOWN_SIP_WSS and RINGDOWN_SIP_TLS_CERT',
    ],
    [{ RINGDOWN_SIP_TLS_KEY: '/k' }, 'RINGDOWN_SIP_TLS_CERT is required with RINGDOWN_SIP_TLS_KEY'],
    [{ RINGDOWN_IDENTITY_AUTHORITIES: '/a' }, 'RINGDOWN_IDENTITY_HOSTS is required'],
    [{ RINGDOWN_IDENTITY_HOSTS: 'a.test' }, 'RINGDOWN_IDENTITY_AUTHORITIES is required'],
    [{ RINGDOWN_IDENTITY_HOSTS: 'https://a.test/' }, 'RINGDOWN_IDENTITY_HOSTS must be host names'],
    [{ RINGDOWN_IDENTITY_HOSTS: ' , ' }, 'RINGDOWN_IDENTITY_HOSTS must be host names'],
    [{ RINGDOWN_TURN_URLS: 'turn:turn.test' }, 'RINGDOWN_TURN_SECRET is required with RINGDOWN_TURN_URLS'],
    [{ RINGDOWN_TURN_SECRET: 'x' }, 'RINGDOWN_TURN_URLS is required with RINGDOWN_TURN_SECRET'],
    [
      { RINGDOWN_TURN_URLS: 'https://turn.test', RINGDOWN_TURN_SECRET: 'x' },
      'RINGDOWN_TURN_URLS must be addresses',
    ],
    [{ RINGDOWN_SIP_WS: '5080' }, 'RINGDOWN_SIP_WS must be host:port'],
    [{ RINGDOWN_HTTP: '8080' }, 'RINGDOWN_HTTP must be host:port'],
    [{ RINGDOWN_HTTP: 'localhost:70000' }, 'RINGDOWN_HTTP must be host:port'],
    [{ RINGDOWN_MEDIA_PORTS: '40000' }, 'RINGDOWN_MEDIA_PORTS must be a range'],
    [{ RINGDOWN_MEDIA_PORTS: '41000-40000' }, 'RINGDOWN_MEDIA_PORTS must be a range'],
    [{ RINGDOWN_PUBLIC_IP: 'calls.example.org' }, 'RINGDOWN_PUBLIC_IP must be an IP address'],
    [{ RINGDOWN_PUBLIC_IPV6: '203.0.113.7' }, 'RINGDOWN_PUBLIC_IPV6 must be an IPv6 address'],
    [{ RINGDOWN_PUBLIC_URL: 'calls.example.org' }, 'RINGDOWN_PUBLIC_URL must be an address'],
    [{ RINGDOWN_MEDIA_WORKERS: '2' }, 'RINGDOWN_MEDIA_WORKERS must be 1'],
    [{ NATS_URL: 'nats://127.0.0.1:4222' }, 'NATS_URL must be left out'],
    [{ DATABASE_URL: 'postgresql://ringdown:x@db/ringdown' }, 'RINGDOWN_MASTER_KEY_FILE'],
    [{ RINGDOWN_MASTER_KEY: key, RINGDOWN_MASTER_KEY_FILE: '/k' }, 'both set'],
  ])('refuses %o and says what to do', (env, expected) => {
    expect(problemsOf(env as unknown as Record<string, string>)).toContain(expected)
  })

  it('reads where SIP is taken over TLS and WebSocket, and with which certificate', () => {
    const { sipTransports } = readConfig({
      RINGDOWN_SIP_TLS: '0.0.0.0:5061',
      RINGDOWN_SIP_TLS_CERT: '/etc/ringdown/chain.pem',
      RINGDOWN_SIP_TLS_KEY: '/etc/ringdown/key.pem',
      RINGDOWN_SIP_WS: '127.0.0.1:5080',
    })
    expect(sipTransports).toEqual({
      tls: { host: '0.0.0.0', port: 5061 },
      ws: { host: '127.0.0.1', port: 5080 },
      wss: undefined,
      identity: { certificate: '/etc/ringdown/chain.pem', key: '/etc/ringdown/key.pem' },
    })
  })

  it('reads what desk phones may prove their passwords with', () => {
    expect(readConfig({}).sipDigest).toEqual(['SHA-256', 'MD5'])
    expect(readConfig({ RINGDOWN_SIP_DIGEST: 'md5' }).sipDigest).toEqual(['MD5'])
    expect(problemsOf({ RINGDOWN_SIP_DIGEST: 'MD5,SHA-1' })).toContain('RINGDOWN_SIP_DIGEST must be')
  })

  it('reads by whose certificates callers are checked, and from where', () => {
    const { callerIdentity } = readConfig({
      RINGDOWN_IDENTITY_AUTHORITIES: '/etc/ringdown/sti.pem',
      RINGDOWN_IDENTITY_HOSTS: 'CR.example.com, certs.example.net:9443',
    })
    expect(callerIdentity).toEqual({
      authorities: '/etc/ringdown/sti.pem',
      hosts: ['cr.example.com', 'certs.example.net:9443'],
    })
    expect(readConfig({}).callerIdentity).toBeUndefined()
  })

  it('never repeats the value of a secret', () => {
    const message = problemsOf({ RINGDOWN_MASTER_KEY: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@db/x' })
    expect(message).toContain('RINGDOWN_MASTER_KEY must be 32 random bytes')
    expect(message).toContain('DATABASE_URL must be postgresql://')
    expect(message).not.toContain('hunter2')
  })

  it('reports every wrong variable at once', () => {
    const message = problemsOf({ RINGDOWN_HTTP: 'x', RINGDOWN_SIP: 'y' })
    expect(message).toContain('RINGDOWN_HTTP')
    expect(message).toContain('RINGDOWN_SIP')
  })

  it('reads IPv6 listeners and treats an empty variable as unset', () => {
    const config = readConfig({ RINGDOWN_HTTP: '[::1]:9000', RINGDOWN_SIP: '' })
    expect(config.http).toEqual({ host: '::1', port: 9000 })
    expect(config.sip.port).toBe(5060)
  })
})
