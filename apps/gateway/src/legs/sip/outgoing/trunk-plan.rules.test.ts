import { type TrunkHost, type TrunkSettings, trunkDefaults } from '@ringdown/contract'
import { parseNameAddr, parseUri } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { trunkPlanOf } from './trunk-plan.rules.ts'

const host = (name: string, more: Partial<TrunkHost> = {}): TrunkHost => ({
  host: name,
  port: null,
  transport: null,
  ...more,
})

function plan(changes: Partial<TrunkSettings>, { number = '+15550123', callerId = '+15550100' } = {}) {
  const terms = { ...trunkDefaults, hosts: [host('sip.example.net')], ...changes }
  return trunkPlanOf({ terms, number, callerId })!
}

const registration = { expiresS: 300 }
const credentials = { username: 'account', realm: null }
const numbers = (change: Partial<TrunkSettings['numbers']>) => ({
  numbers: { ...trunkDefaults.numbers, callingCode: '1', ...change },
})

describe('a call over a trunk', () => {
  test('has a target at every host, in order, whose credentials are for that host alone', () => {
    const hosts = [host('one.example', { port: 5070 }), host('[2001:db8::7]', { transport: 'tls' })]
    expect(plan({ hosts }).targets).toEqual([
      { uri: 'sip:+15550123@one.example:5070', routes: [], credentialsFor: 'one.example' },
      { uri: 'sip:+15550123@[2001:db8::7];transport=tls', routes: [], credentialsFor: '[2001:db8::7]' },
    ])
  })

  test('goes to the outbound proxy first (RFC 3261 §8.1.2)', () => {
    const [target] = plan({ outboundProxy: host('proxy.example', { port: 5080, transport: 'tcp' }) }).targets
    expect(target?.routes).toEqual(['<sip:proxy.example:5080;transport=tcp;lr>'])
  })

  test('is for a number at the trunk, whatever our own domain is (RFC 3261 §8.1.1.2)', () => {
    const hosts = [host('one.example', { port: 5070, transport: 'tls' }), host('two.example')]
    const { from, to } = plan({ hosts, fromDomain: 'ours.example' })
    expect(to).toBe('<sip:+15550123@one.example>')
    expect(from).toBe('<sip:+15550100@ours.example>')
  })

  test('cannot go over a trunk without a host', () => {
    expect(trunkPlanOf({ terms: trunkDefaults, number: '+15550123', callerId: '+15550100' })).toBeUndefined()
  })

  test.each([
    { out: 'plus-e164', dialPrefix: '', user: '+15550123' },
    { out: 'e164', dialPrefix: '', user: '15550123' },
    { out: 'national', dialPrefix: '', user: '5550123' },
    { out: 'international', dialPrefix: '', user: '+15550123' },
    { out: 'e164', dialPrefix: '9#', user: '9%2315550123' },
  ] as const)(
    'writes numbers as the trunk does: $out with "$dialPrefix" before',
    ({ out, dialPrefix, user }) => {
      const { targets, to, from } = plan(numbers({ out, dialPrefix }))
      expect(targets[0]?.uri).toBe(`sip:${user}@sip.example.net`)
      expect(to).toBe(`<sip:${user}@sip.example.net>`)
      expect(from).not.toContain('9%23')
    },
  )
})

describe('who calls', () => {
  const account = { registration, credentials }
  test.each<[title: string, changes: Partial<TrunkSettings>, from: string, headers: string[]]>([
    ['our number in From', {}, '<sip:+15550100@sip.example.net>', []],
    ['our number in From, registered or not', account, '<sip:+15550100@sip.example.net>', []],
    [
      'our number in P-Asserted-Identity (RFC 3325 §9.1), and the account in From',
      { ...account, callerIdHeader: 'p-asserted-identity' },
      '<sip:account@sip.example.net>',
      ['P-Asserted-Identity: <sip:+15550100@sip.example.net>'],
    ],
    [
      'a user and domain of their own, when they are set',
      { ...account, callerIdHeader: 'p-asserted-identity', fromUser: 'me@home', fromDomain: 'ours.example' },
      '<sip:me%40home@ours.example>',
      ['P-Asserted-Identity: <sip:+15550100@ours.example>'],
    ],
    [
      'our number in both, where there is no account',
      { callerIdHeader: 'p-asserted-identity', credentials },
      '<sip:+15550100@sip.example.net>',
      ['P-Asserted-Identity: <sip:+15550100@sip.example.net>'],
    ],
    [
      'our number in Remote-Party-ID',
      { ...account, callerIdHeader: 'remote-party-id' },
      '<sip:account@sip.example.net>',
      ['Remote-Party-ID: <sip:+15550100@sip.example.net>;party=calling;screen=yes;privacy=off'],
    ],
    [
      'our number as the trunk writes numbers',
      numbers({ out: 'national', nationalPrefix: '0' }),
      '<sip:05550100@sip.example.net>',
      [],
    ],
  ])('is shown as %s', (_, changes, from, headers) => {
    const made = plan(changes)
    expect(made.from).toBe(from)
    expect(made.headers.map(({ name, value }) => `${name}: ${value}`)).toEqual(headers)
  })

  test.each([
    ['from', {}, []],
    ['from', account, []],
    ['from', { fromUser: 'me', fromDomain: 'ours.example' }, []],
    ['p-asserted-identity', account, ['P-Asserted-Identity: <sip:+15550100@sip.example.net>']],
    [
      'remote-party-id',
      account,
      ['Remote-Party-ID: <sip:+15550100@sip.example.net>;party=calling;screen=yes;privacy=full'],
    ],
  ] as const)(
    'is withheld from whoever is called, and told to the trunk alone: %s with %j (RFC 3323 §4.1.1.3, RFC 3325 §9.3)',
    (callerIdHeader, changes, told) => {
      const made = plan({ ...changes, callerIdHeader, withholdsNumber: true })
      expect(made.from).toBe('"Anonymous" <sip:anonymous@anonymous.invalid>')
      expect(made.contactUser).toBe('anonymous')
      const headers = made.headers.map(({ name, value }) => `${name}: ${value}`)
      expect(headers).toEqual([...told, 'Privacy: id'])
    },
  )

  test.each([
    [{}, 'ringdown'],
    [account, 'account'],
    [{ fromUser: 'me' }, 'me'],
  ])('with %j has Contact user %s', (changes, user) => {
    expect(plan(changes).contactUser).toBe(user)
  })

  test('and whom we call can be read back', () => {
    const { from, to, targets } = plan(account)
    for (const text of [from, to]) expect(parseUri(parseNameAddr(text)?.uri ?? '')?.scheme).toBe('sip')
    for (const { uri } of targets) expect(parseUri(uri)?.scheme).toBe('sip')
  })
})
