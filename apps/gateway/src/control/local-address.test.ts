import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createAddressFor } from './local-address.ts'

const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
const ownIPv4 = all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(a => a.address)

describe('our address towards a peer', () => {
  const cases: { host: string; publicIp?: string; peer: string; address: string }[] = [
    { host: '127.0.0.1', peer: '192.0.2.1', address: '127.0.0.1' },
    { host: '192.0.2.9', peer: '127.0.0.1', address: '192.0.2.9' },
    { host: '192.0.2.9', publicIp: '198.51.100.1', peer: '192.0.2.1', address: '198.51.100.1' },
    { host: '0.0.0.0', publicIp: '198.51.100.1', peer: '192.0.2.1', address: '198.51.100.1' },
    { host: '0.0.0.0', publicIp: '198.51.100.1', peer: '127.0.0.1', address: '127.0.0.1' },
    { host: '0.0.0.0', publicIp: '198.51.100.1', peer: '127.0.0.7', address: '127.0.0.1' },
    { host: '::', publicIp: '198.51.100.1', peer: '::1', address: '::1' },
  ]
  test.each(cases)('listening on $host, public $publicIp: $peer reaches us at $address', given => {
    const { host, publicIp, peer, address } = given
    expect(createAddressFor({ host, publicIp })(peer)).toBe(address)
  })

  test('without a public one is one of this machine, and loopback where it has no other', () => {
    const address = createAddressFor({ host: '0.0.0.0', publicIp: undefined })('192.0.2.1')
    expect(ownIPv4.length > 0 ? ownIPv4 : ['127.0.0.1']).toContain(address)
  })
})
