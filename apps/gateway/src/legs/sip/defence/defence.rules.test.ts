import { expect, test } from 'vitest'
import { sourceOf } from './defence.rules.ts'

const addresses: [string, string, string][] = [
  ['192.0.2.1', '192.0.2.1', 'an IPv4 address stands for itself'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', 'an IPv6 address stands for its network'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64', 'whatever of it is written short'],
  ['2001:db8::9', '2001:db8:0:0::/64', 'whatever of it is written short'],
  ['2001:DB8:0:0::', '2001:db8:0:0::/64', 'in either case'],
  ['::1', '0:0:0:0::/64', 'this machine, too'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'the interface is no part of it (RFC 4007 §11)'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64', 'an IPv4 address inside counts as two groups (RFC 4291 §2.2)'],
  ['nonsense', 'nonsense', 'what is no address stands for itself'],
]

test.each(addresses)('%s counts as %s: %s', (address, source) => {
  expect(sourceOf(address)).toBe(source)
})
