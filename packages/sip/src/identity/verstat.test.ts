import { describe, expect, test } from 'vitest'
import { createTestRequest } from '../testing/messages.ts'
import { canonicalNumber, canonicalUri } from './parties.ts'
import { readVerstat, verstatOf } from './verstat.ts'

const said = (...headers: string[]) => verstatOf(createTestRequest({ headers }), { trusted: true })
const passed = (attestation: string) => ({ result: 'verified', attestation })

describe('verstat (3GPP TS 24.229 §7.2A.20)', () => {
  test.each([
    ['a tel URI', '<tel:+12155550112;verstat=TN-Validation-Passed-A>', passed('A')],
    [
      'inside the user part of a SIP URI',
      '<sip:+12155550112;verstat=TN-Validation-Passed-B@192.0.2.1;user=phone>',
      passed('B'),
    ],
    ['a parameter of a SIP URI', '<sip:+12155550112@192.0.2.1;verstat=tn-validation-passed-c>', passed('C')],
    [
      'no level',
      '<tel:+12155550112;verstat=TN-Validation-Passed>',
      { result: 'unverified', reason: 'identity.level-unknown' },
    ],
    [
      'failed',
      '<tel:+12155550112;verstat=TN-Validation-Failed>',
      { result: 'failed', reason: 'identity.failed-upstream' },
    ],
    [
      'not checked',
      '<tel:+12155550112;verstat=No-TN-Validation>',
      { result: 'unverified', reason: 'identity.absent' },
    ],
    ['an unknown word', '<tel:+12155550112;verstat=Surely>', undefined],
    ['no verstat', '<tel:+12155550112>', undefined],
  ])('%s', (_, uri, result) => {
    expect(said(`P-Asserted-Identity: ${uri}`)).toEqual(result)
  })

  test('P-Asserted-Identity goes before From', () => {
    const request = createTestRequest({
      headers: ['P-Asserted-Identity: <sip:a@b>, <tel:+12155550112;verstat=TN-Validation-Passed-B>'],
    })
    const headers = request.headers.map(h =>
      h.name === 'From' ? { ...h, value: '<sip:+12155550112;verstat=TN-Validation-Passed-A@b>;tag=1' } : h,
    )
    expect(verstatOf({ ...request, headers }, { trusted: true })).toEqual(passed('B'))
    const fromOnly = headers.filter(h => h.name !== 'P-Asserted-Identity')
    expect(verstatOf({ ...request, headers: fromOnly }, { trusted: true })).toEqual(passed('A'))
  })

  test('a trunk that is not trusted to say so is not believed', () => {
    const headers = ['P-Asserted-Identity: <tel:+12155550112;verstat=TN-Validation-Passed-A>']
    expect(verstatOf(createTestRequest({ headers }), { trusted: false })).toBeUndefined()
  })
})

test.each([
  ['TN-Validation-Passed-A-Diverted', passed('A')],
  ['TN-Validation-Passed-C-Passthrough', passed('C')],
  ['TN-Validation-Failed-B-Diverted', { result: 'failed', reason: 'identity.failed-upstream' }],
  ['TN-Validation-Passed-Diverted', undefined],
  ['TN-Validation-Passed-D', undefined],
  ['', undefined],
])('the word "%s" with how the call came to the carrier', (word, result) => {
  expect(readVerstat(word)).toEqual(result)
})

test.each([
  ['+1 (215) 555-0112', '12155550112'],
  ['12155550112', '12155550112'],
  ['+1.215.555.0112', '12155550112'],
  ['*67#', '*67#'],
  ['alice', undefined],
  ['', undefined],
  ['+', undefined],
])('the canonical number of "%s" is %s (RFC 8224 §8.3)', (text, number) => {
  expect(canonicalNumber(text)).toBe(number)
})

test('a URI is compared by scheme, user and host (RFC 8224 §8.5)', () => {
  expect(canonicalUri('sip:%61lice@Example.COM:5060;transport=tcp')).toBe('sip:alice@example.com')
  expect(canonicalUri('tel:+1')).toBeUndefined()
})
