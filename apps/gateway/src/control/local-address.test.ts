import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createAddressFor } from './local-address.ts'

const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
const ownIPv4 = all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(a => a.address)
const ownIPv6 = all.filter(({ family, internal }) => family === 'IPv6' && !internal).map(a => a.address)
const hasIPv6 = all.some(({ family }) => family === 'IPv6')

describe('our address towards a peer', () => {
  type Case = { host: string; publicIps?: string[]; peer: string; address: string }
  const cases: Case[] = [
    { host: '127.0.0.1', peer: '192.0.2.1', address: '127.0.0.1' },
    { host: '192.0.2.9', peer: '127.0.0.1', address: '192.0.2.9' },
    { host: '192.0.2.9', publicIps: ['198.51.100.1'], peer: '192.0.2.1', address: '198.51.100.1' },
    { host: '0.0.0.0', publicIps: ['198.51.100.1'], peer: '192.0.2.1', address: '198.51.100.1' },
    { host: '0.0.0.0', publicIps: ['198.51.100.1'], peer: '127.0.0.1', address: '127.0.0.1' },
    { host: '0.0.0.0', publicIps: ['198.51.100.1'], peer: '127.0.0.7', address: '127.0.0.1' },
    { host: '::', publicIps: ['198.51.100.1'], peer: '::1', address: '::1' },
    // Where there is none of the peer's version of IP: what there is.
    { host: '::', publicIps: ['198.51.100.1'], peer: '2001:db8::1', address: '198.51.100.1' },
    { host: '192.0.2.9', peer: '2001:db8::1', address: '192.0.2.9' },
  ]
  test.each(cases)('listening on $host, public $publicIps: $peer reaches us at $address', given => {
    const { host, publicIps = [], peer, address } = given
    expect(createAddressFor({ host, publicIps })(peer)).toBe(address)
  })

  test('is of its version of IP where both are public, and IPv4 on a machine without IPv6', () => {
    const addressFor = createAddressFor({ host: '::', publicIps: ['198.51.100.1', '2001:db8::9'] })
    expect(addressFor('192.0.2.1')).toBe('198.51.100.1')
    expect(addressFor('2001:db8::1')).toBe(hasIPv6 ? '2001:db8::9' : '198.51.100.1')
  })

  test('without a public one is one of this machine, and loopback where it has no other', () => {
    const address = createAddressFor({ host: '0.0.0.0', publicIps: [] })('192.0.2.1')
    expect(ownIPv4.length > 0 ? ownIPv4 : ['127.0.0.1', ...ownIPv6]).toContain(address)
  })
})
