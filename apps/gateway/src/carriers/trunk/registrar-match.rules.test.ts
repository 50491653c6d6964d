import { expect, test } from 'vitest'
import { withRegistrars } from './registrar-match.rules.ts'
import { createTrunkMatch } from './trunk-match.rules.ts'

const trunk = (id: string, addresses: string[]) => ({
  id,
  organization: 'org',
  addresses,
  anyLoopback: false,
})
const trunks = [trunk('listed', ['192.0.2.0/24']), trunk('registered', [])]
const registrars = new Map([
  ['198.51.100.7', 'registered'],
  ['192.0.2.7', 'registered'],
  ['198.51.100.8', 'gone'],
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
]

test.each(addresses)('%s is of %s: it %s', (address, id) => {
  expect(match(address)?.id).toBe(id)
})
