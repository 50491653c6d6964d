import { expect, test } from 'vitest'
import { checkDraft, takesCalls } from './check-draft.rules.ts'
import { createTestTrunk } from './create-test-trunks.ts'
import { draftOf, draftOfTemplate, type HostDraft, type TrunkDraft } from './draft.rules.ts'

const draft = draftOf(createTestTrunk().settings)
const host = (fields: Partial<HostDraft>): HostDraft => ({ host: '', port: '', transport: '', ...fields })

const change = (fields: Partial<TrunkDraft>) => {
  const checked = checkDraft({ ...draft, ...fields }, false)
  return checked.ok ? checked.change : checked.problems
}

test.each([
  ['sip:sip.example.net', { host: 'sip.example.net', port: null }],
  [' sip.example.net:5080 ', { host: 'sip.example.net', port: 5080 }],
  ['[2001:db8::1]:5080', { host: '[2001:db8::1]', port: 5080 }],
])('a server pasted as "%s" is understood', (typed, expected) => {
  expect(change({ hosts: [host({ host: typed })] })).toMatchObject({ hosts: [expected] })
})

test('of a Twilio domain the first word is enough', () => {
  const twilio = { ...draftOfTemplate('twilio'), hosts: [host({ host: 'my-hotline' })] }
  expect(checkDraft(twilio, false)).toMatchObject({
    change: { hosts: [{ host: 'my-hotline.pstn.twilio.com' }] },
  })
})

test('addresses are taken however they are separated', () => {
  const addresses = '192.0.2.0/24, 198.51.100.7;\n2001:db8::/32'
  expect(change({ addresses })).toMatchObject({
    addresses: ['192.0.2.0/24', '198.51.100.7', '2001:db8::/32'],
  })
})

test('where a server is an address and no other is given, calls come from there', () => {
  expect(change({ addresses: '' })).toMatchObject({ addresses: ['192.0.2.10'] })
  const named = { ...draft, addresses: '', hosts: [host({ host: 'pbx.example.net' })] }
  expect(takesCalls(named)).toBe(false)
  expect(takesCalls({ ...named, register: true })).toBe(true)
})

test('a number is taken with the signs that people write in it', () => {
  expect(change({ callerId: '+1 (555) 010-0123' })).toMatchObject({ callerId: '+15550100123' })
})

test.each<[string, Partial<TrunkDraft>, string]>([
  ['name', { name: ' ' }, 'missing'],
  ['name', { name: 'x'.repeat(81) }, 'name'],
  ['hosts.0.host', { hosts: [host({ host: 'not a host' })] }, 'host'],
  ['hosts.0.port', { hosts: [host({ host: 'a.example', port: 'x' })] }, 'port'],
  ['hosts.0.host', { hosts: [] }, 'missing'],
  ['outboundProxy.port', { proxy: host({ host: 'a.example', port: '70000' }) }, 'port'],
  ['numbers.callingCode', { callingCode: '0' }, 'callingCode'],
  ['numbers.nationalPrefix', { nationalPrefix: 'a' }, 'prefix'],
  ['numbers.internationalPrefix', { internationalPrefix: '000000' }, 'prefix'],
  ['numbers.dialPrefix', { dialPrefix: '9,' }, 'dialPrefix'],
  ['callerId', { callerId: '5550100' }, 'callerId'],
  ['fromDomain', { fromDomain: 'a b' }, 'host'],
  ['fromUser', { fromUser: 'x'.repeat(65) }, 'text'],
  ['codecs', { codecs: [] }, 'codecs'],
  ['limits.calls', { calls: '' }, 'calls'],
  ['limits.callsPerSecond', { callsPerSecond: '501' }, 'callsPerSecond'],
  ['healthCheckS', { healthCheck: '9' }, 'healthCheck'],
  ['registration.expiresS', { register: true, username: 'a', password: 'b', expires: '1.5' }, 'expires'],
  ['credentials.username', { password: 'secret' }, 'missing'],
])('a problem stands at its field: %s', (place, fields, kind) => {
  expect(change(fields)).toEqual({ [place]: { kind, entries: '' } })
})

test('the rows of servers keep their numbers where one before is empty', () => {
  const hosts = [host({ host: 'a.example' }), host({}), host({ host: 'no host' })]
  expect(change({ hosts })).toEqual({ 'hosts.2.host': { kind: 'host', entries: '' } })
})

test('addresses that are none are named', () => {
  expect(change({ addresses: '192.0.2.1 192.0.2.300 pbx' })).toEqual({
    addresses: { kind: 'addresses', entries: '192.0.2.300, pbx' },
  })
})

test('a registration needs a user and a password, which may be stored already', () => {
  expect(change({ register: true })).toEqual({
    'credentials.username': { kind: 'missing', entries: '' },
    password: { kind: 'missingPassword', entries: '' },
  })
  const stored = checkDraft({ ...draft, register: true, username: 'hotline' }, true)
  expect(stored).toMatchObject({ ok: true, change: { credentials: { username: 'hotline', realm: null } } })
})

test('an empty password is not sent: the stored one stays', () => {
  expect(change({})).not.toHaveProperty('password', expect.anything())
  expect(change({ username: 'a', password: ' secret ' })).toMatchObject({ password: ' secret ' })
})
