import { trunkDefaults } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { columnsOf, readTrunkSettings } from './trunk-settings.rules.ts'

const row = (settings: unknown) => ({ name: 'Carrier', enabled: true, addresses: [], settings })
const host = (transport: string | null) => ({ host: 'sip.example.net', port: null, transport })

test('what an older gateway did not know has its default', () => {
  expect(readTrunkSettings(row({ codecs: ['PCMA'] }))).toEqual({
    ...trunkDefaults,
    name: 'Carrier',
    codecs: ['PCMA'],
  })
})

test('settings are read as they were written', () => {
  const settings = {
    ...trunkDefaults,
    name: 'Carrier',
    hosts: [{ ...host(null), transport: 'tls' as const }],
  }
  expect(readTrunkSettings(columnsOf(settings))).toEqual(settings)
})

test('a host that an older gateway had over WebSocket is reached over what that runs on', () => {
  const hosts = [host('ws'), host('wss'), host('udp'), host(null)]
  const read = readTrunkSettings(row({ hosts, outboundProxy: host('wss') }))
  expect(read?.hosts.map(({ transport }) => transport)).toEqual(['tcp', 'tls', 'udp', null])
  expect(read?.outboundProxy?.transport).toBe('tls')
})

test.each([{ codecs: 'all' }, { hosts: 'sip.example.net' }, { hosts: [null] }, { outboundProxy: 'a' }])(
  '%j cannot be read',
  settings => {
    expect(readTrunkSettings(row(settings))).toBeUndefined()
  },
)
