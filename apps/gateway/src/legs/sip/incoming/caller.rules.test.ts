import { encodeUtf8, parseMessage, type SipRequest } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { createTestTrunk } from '../doubles.ts'
import { callerNumberOf, dialledNumbersOf } from './caller.rules.ts'

const asItIs = createTestTrunk().settings.numbers
const believed = (numbers: typeof asItIs) => ({ numbers, trustsIdentity: true })
const unregistered = (numbers: typeof asItIs) => ({ numbers, registration: null })
const german = { ...asItIs, callingCode: '49', nationalPrefix: '0' }

function invite({
  uri = 'sip:+15550100@127.0.0.1',
  from = '<sip:+15550142@127.0.0.1>',
  to = '<sip:+15550100@127.0.0.1>',
  headers = [] as string[],
}): SipRequest {
  const text = [
    `INVITE ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1',
    `From: ${from};tag=1`,
    `To: ${to}`,
    'Call-ID: 1',
    'CSeq: 1 INVITE',
    ...headers,
    '',
    '',
  ].join('\r\n')
  const parsed = parseMessage(encodeUtf8(text), { transport: 'datagram' })
  if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('the test message is malformed')
  return parsed.message
}

describe('the caller’s number', () => {
  const told: { what: string; given: Parameters<typeof invite>[0]; number: string | undefined }[] = [
    { what: 'From, when nothing else is there', given: {}, number: '+15550142' },
    {
      what: 'From with a name and parameters',
      given: { from: '"A, B" <sip:+15550142;npdi@h;user=phone>' },
      number: '+15550142',
    },
    { what: 'From without brackets', given: { from: 'sip:+15550142@127.0.0.1' }, number: '+15550142' },
    { what: 'an escaped plus', given: { from: '<sip:%2B15550142@h>' }, number: '+15550142' },
    { what: 'a tel URI', given: { from: '<tel:+1-555-0142>' }, number: '+1-555-0142' },
    {
      what: 'P-Asserted-Identity before From (RFC 3325 §9.1)',
      given: { headers: ['P-Asserted-Identity: <sip:+15550177@h>'] },
      number: '+15550177',
    },
    {
      what: 'the second P-Asserted-Identity where the first has no number',
      given: { headers: ['P-Asserted-Identity: <sip:h>, <tel:+15550177>'] },
      number: '+15550177',
    },
    {
      what: 'From, when P-Asserted-Identity is malformed',
      given: { headers: ['P-Asserted-Identity: "'] },
      number: '+15550142',
    },
    { what: 'Privacy: none (RFC 3323 §4.2)', given: { headers: ['Privacy: none'] }, number: '+15550142' },
    {
      what: 'a country as context',
      given: { from: '<tel:5550142;phone-context=+44>' },
      number: '+445550142',
    },
    {
      what: 'a domain as context',
      given: { from: '<tel:5550142;phone-context=h.example>' },
      number: '5550142',
    },
  ]
  test.each(told)('is read from $what', ({ given, number }) => {
    expect(callerNumberOf(invite(given), believed(asItIs))).toBe(number)
  })

  const asserted = ['P-Asserted-Identity: <sip:+15550177@h>']
  test('is what From says on a trunk that is not believed, whatever it asserts (RFC 3325 §5)', () => {
    const terms = { numbers: asItIs, trustsIdentity: false }
    expect(callerNumberOf(invite({ headers: asserted }), terms)).toBe('+15550142')
    expect(callerNumberOf(invite({ from: '<sip:h>', headers: asserted }), terms)).toBeUndefined()
    expect(callerNumberOf(invite({ headers: ['Privacy: id'] }), terms)).toBeUndefined()
  })

  const withheld: [string, Parameters<typeof invite>[0]][] = [
    ['Privacy: id', { headers: ['Privacy: id'] }],
    ['Privacy: user;id', { headers: ['Privacy: user;id'] }],
    ['Privacy: HEADER; critical', { headers: ['Privacy: HEADER; critical'] }],
    ['Privacy in a second line', { headers: ['Privacy: none', 'Privacy: id'] }],
    [
      'Privacy: id with an asserted identity',
      { headers: ['Privacy: id', 'P-Asserted-Identity: <tel:+15550177>'] },
    ],
    ['an anonymous From', { from: '"Anonymous" <sip:anonymous@anonymous.invalid>' }],
    [
      'an anonymous From, whatever is asserted',
      { from: '<sip:anonymous@anonymous.invalid>', headers: ['P-Asserted-Identity: <tel:+15550177>'] },
    ],
    ['an anonymous user of another host', { from: '<sip:Anonymous@carrier.example>' }],
    ['another user of the anonymous host', { from: '<sip:c8oqz84zk7z@ANONYMOUS.invalid>' }],
    ['a restricted From', { from: '<sip:Restricted@carrier.example>' }],
    ['a From without user', { from: '<sip:carrier.example>' }],
    ['a From of another scheme', { from: '<mailto:a@b.example>' }],
  ]
  test.each(withheld)('is withheld by %s', (_, given) => {
    expect(callerNumberOf(invite(given), believed(asItIs))).toBeUndefined()
  })
})

describe('on a trunk with national numbers', () => {
  test.each([
    ['a national number', '030123456', '+4930123456'],
    ['a name', 'reception', 'reception'],
    ['a short code', '0110', '0110'],
  ])('%s of a caller', (_, user, number) => {
    expect(callerNumberOf(invite({ from: `<sip:${user}@h>` }), believed(german))).toBe(number)
  })

  test('the dialled number gets its country code', () => {
    expect(dialledNumbersOf(invite({ uri: 'sip:030123456@h' }), unregistered(german))).toEqual([
      '+4930123456',
    ])
  })
})

describe('the dialled number', () => {
  test.each([
    'sip:+15550100@h',
    'sip:15550100@h',
    'sip:0015550100@h',
    'sip:+1-555-01.00@h',
    'sip:+1(555)0100@h',
    'sip:%2B15550100@h',
    'sip:+15550100@h;user=phone',
    'sip:+15550100;isub=1@h;user=phone',
    'sip:+15550100:password@h',
    'sip:5550100;phone-context=+1@h;user=phone',
    'SIPS:+15550100@h',
    'tel:+15550100',
    'tel:+1-555-0100;isub=1',
    'tel:5550100;phone-context=+1',
  ])('is +15550100 in %s', uri => {
    expect(dialledNumbersOf(invite({ uri }), unregistered(asItIs))).toEqual(['+15550100'])
  })

  test.each([
    'sip:h',
    'sip:alice@h',
    'sip:0@h',
    'sip:+1555@h',
    'sip:+1234567890123456@h',
    'sip:+0555010000@h',
    'tel:*98',
    'urn:service:sos',
  ])('is none in %s', uri => {
    expect(dialledNumbersOf(invite({ uri }), unregistered(asItIs))).toEqual([])
  })

  const registered = { numbers: asItIs, registration: { expiresS: 600 } }
  const forwarded: [string, string, string, string[]][] = [
    ['the account’s name', 'sip:account@h', '<sip:+15550100@carrier.example>', ['+15550100']],
    ['no user', 'sip:192.0.2.1:5060', '"Office" <sip:15550100@carrier.example>;tag=1', ['+15550100']],
    ['another number', 'sip:+15550111@h', '<sip:+15550100@h>', ['+15550111', '+15550100']],
    ['the same number', 'sip:15550100@h', '<sip:+15550100@h>', ['+15550100']],
    ['a name, as To does', 'sip:account@h', '<sip:alice@h>', []],
  ]
  test.each(forwarded)(
    'of a registered trunk stands in To behind what stands in its Request-URI: %s (RFC 3261 §16.6)',
    (_, uri, to, numbers) => {
      expect(dialledNumbersOf(invite({ uri, to }), registered)).toEqual(numbers)
    },
  )
})
