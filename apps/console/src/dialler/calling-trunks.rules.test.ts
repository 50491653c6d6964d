import { type TrunkSettings, type TrunkView, trunkDefaults } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { callingTrunks } from './calling-trunks.rules.ts'

function trunk(id: string, settings: Partial<TrunkSettings>): TrunkView {
  const state = { registrations: [], hosts: [], calls: 0 }
  return { id, version: 1, hasPassword: false, state, settings: { ...trunkDefaults, name: id, ...settings } }
}

const hosts = [{ host: 'sip.example.net', port: null, transport: null }]

test('those are offered that are switched on and know a server, in the order of the gateway', () => {
  const numbers = { ...trunkDefaults.numbers, callingCode: '49' }
  const trunks = [
    trunk('zulu', { hosts }),
    trunk('Alpha', { hosts, numbers }),
    trunk('off', { hosts, enabled: false }),
    trunk('only takes calls', {}),
  ]
  expect(callingTrunks(trunks)).toEqual([
    { id: 'Alpha', name: 'Alpha', callingCode: '49' },
    { id: 'zulu', name: 'zulu', callingCode: null },
  ])
})
