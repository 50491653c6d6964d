import { expect, test } from 'vitest'
import { withRegistrars } from './registrar-match.rules.ts'
import { createTrunkMatch } from './trunk-match.rules.ts'

const trunk = (id: string, addresses: string[]) => ({
  id,
  organization: 'org',
  addresses,
  anyLoopback: false,
})
const trunks = [
  trunk('listed', ['192.0.2.0/24']),
  trunk('registered', []),
  { ...trunk('demo', []), anyLoopback: true },
]
const registrars = new Map([
  ['198.51.100.7', 'registered'],
  ['192.0.2.7', 'registered'],
  ['198.51.100.8', 'gone'],
  ['127.0.0.31', 'registered'],
])
const match = withRegistrars({
  match: createTrunkMatch(trunks),
  trunks,
  registrarOf: address => registrars.get(address),
})

const addresses: [string, string | undefined, string][] = [
  ['198.51.100.7', 'registered', 'took the registration of this trunk'],
  ['192.0.2.7', 'listed', 'did so too, but is named by another'],
  ['198.51.100.8', undefined, 'took that of a trunk which is not there any more'],
  ['198.51.100.9', undefined, 'took none'],
  ['127.0.0.31', 'registered', 'took the registration of this trunk, on this machine'],
  ['127.0.0.1', 'demo', 'took none, and is this machine'],
]

test.each(addresses)('%s is of %s: it %s', (address, id) => {
  expect(match(address)?.id).toBe(id)
})
