import type { HostHealth, RegistrationState } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestTrunk } from './create-test-trunks.ts'
import { type Standing, standingOf } from './standing.rules.ts'

const registration = (state: RegistrationState['state']): RegistrationState => ({
  host: 'sip.example.net',
  state,
  until: null,
  reason: null,
})

const host = (state: HostHealth['state']): HostHealth => ({
  host: 'sip.example.net',
  state,
  since: null,
  roundTripMs: null,
  reason: null,
})

test.each<[Standing, RegistrationState[], HostHealth[]]>([
  ['not-checked', [], []],
  ['not-checked', [], [host('unknown')]],
  ['working', [], [host('up'), host('unknown')]],
  ['working', [registration('registered')], []],
  ['registering', [registration('registering')], [host('up')]],
  ['partly-down', [registration('registered')], [host('up'), host('down')]],
  ['registration-failed', [registration('failed')], [host('up')]],
  ['down', [registration('failed')], [host('down')]],
])('the worst of what is known counts: %s', (standing, registrations, hosts) => {
  const trunk = createTestTrunk({ state: { registrations, hosts, calls: 0 } })
  expect(standingOf(trunk)).toBe(standing)
})

test('a trunk that is switched off is just that', () => {
  const trunk = createTestTrunk({ state: { registrations: [], hosts: [host('down')], calls: 0 } })
  expect(standingOf({ ...trunk, settings: { ...trunk.settings, enabled: false } })).toBe('off')
})
