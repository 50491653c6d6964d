import { expect, test } from 'vitest'
import { type ServerFacts, serverOf } from './server.rules.ts'

const everywhere = { host: '0.0.0.0', port: 5060 }
const loopback = { host: '127.0.0.1', port: 5070 }

test.each<[string, Partial<ServerFacts>, string]>([
  ['our name', { publicUrl: 'https://calls.example.org' }, 'calls.example.org'],
  [
    'our name, behind NAT too',
    { publicUrl: 'https://calls.example.org', publicIp: '203.0.113.7' },
    'calls.example.org',
  ],
  ['without a name the address that the world knows', { publicIp: '203.0.113.7' }, '203.0.113.7'],
  [
    'an address in place of a name',
    { publicUrl: 'https://[2001:db8::1]', publicIp: '203.0.113.7' },
    '203.0.113.7',
  ],
  ['where we listen', { sip: loopback }, '127.0.0.1'],
  ['this machine, where nothing else is known', {}, 'localhost'],
])('a telephone is told %s', (_, facts, host) => {
  expect(
    serverOf({ publicUrl: 'http://localhost:8080', publicIp: undefined, sip: everywhere, ...facts }).host,
  ).toBe(host)
})

test('a telephone is told every transport that is listened on, with its port', () => {
  const server = serverOf({
    publicUrl: 'https://calls.example.org',
    publicIp: undefined,
    sip: everywhere,
    tls: { host: '0.0.0.0', port: 5061 },
    wss: { host: '0.0.0.0', port: 5443 },
  })
  expect(server).toMatchObject({ port: 5060, realm: 'calls.example.org' })
  expect(server.transports.map(({ transport, port }) => `${transport} ${port}`)).toEqual([
    'udp 5060',
    'tcp 5060',
    'tls 5061',
    'wss 5443',
  ])
})
