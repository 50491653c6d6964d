import { expect, test } from 'vitest'
import { createLocator, systemResolver } from '../../legs/sip/index.ts'
import { createTestClock } from '../../legs/stream/doubles.ts'
import { createHostPlaces } from './host-places.ts'

const clock = createTestClock()
const places = createHostPlaces(createLocator({ resolver: systemResolver(), clock, random: () => 0 }))

test.each([
  {
    host: { host: '192.0.2.7', port: null, transport: null },
    place: { transport: 'udp', address: '192.0.2.7', port: 5060 },
  },
  {
    host: { host: '192.0.2.7', port: 5070, transport: 'tcp' },
    place: { transport: 'tcp', address: '192.0.2.7', port: 5070 },
  },
  {
    host: { host: '[2001:db8::7]', port: null, transport: 'tls' },
    place: { transport: 'tls', address: '2001:db8::7', port: 5061 },
  },
] as const)('an address needs no DNS: $host.host (RFC 3263 §4.1, §4.2)', async ({ host, place }) => {
  expect(await places.locate(host)).toMatchObject([place])
})

test('a name with a port is looked up as other programs do, the hosts file included (RFC 3263 §4.2)', async () => {
  const found = await places.locate({ host: 'localhost', port: 5070, transport: 'udp' })
  expect(found).toContainEqual(
    expect.objectContaining({ transport: 'udp', address: '127.0.0.1', port: 5070, serverName: 'localhost' }),
  )
})

test('a host that cannot be found is nowhere, which is no error', async () => {
  expect(await places.locate({ host: '999.999.999.999', port: null, transport: null })).toEqual([])
})
