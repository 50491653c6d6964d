import { parseMessage, type SipRequest } from '@ringdown/sip'
import { describe, expect, test } from 'vitest'
import { trunkWordOf } from './trunk-word.rules.ts'

function invite(...headers: string[]): SipRequest {
  const lines = [
    'INVITE sip:+15550100@192.0.2.2 SIP/2.0',
    'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKone',
    'From: <sip:+15550142@192.0.2.1>;tag=a',
    'To: <sip:+15550100@192.0.2.2>',
    'Call-ID: one',
    'CSeq: 1 INVITE',
    ...headers,
    '',
    '',
  ]
  const parsed = parseMessage(Buffer.from(lines.join('\r\n')), { transport: 'datagram' })
  if (!parsed.ok || parsed.message.kind !== 'request') throw new Error('test message refused')
  return parsed.message
}

const asserted = (verstat: string) => `P-Asserted-Identity: <sip:+15550142@192.0.2.1;verstat=${verstat}>`

describe('the word of a trunk (ATIS-1000074 §5.3.2)', () => {
  test.each([
    ['TN-Validation-Passed-A', 'A'],
    ['TN-Validation-Passed-B', 'B'],
    ['TN-Validation-Passed-C', 'C'],
    ['TN-Validation-Passed', 'unverified'],
    ['TN-Validation-Failed', 'failed'],
    ['No-TN-Validation', 'unverified'],
    ['Surely', null],
  ])('%s is %s, and counts only where the trunk is believed', (verstat, word) => {
    const request = invite(asserted(verstat))
    expect(trunkWordOf(request, { trustsIdentity: true, template: 'other' })).toBe(word)
    expect(trunkWordOf(request, { trustsIdentity: false, template: 'other' })).toBeNull()
  })

  test('a pass of Telnyx without a level is its A', () => {
    const word = (verstat: string) =>
      trunkWordOf(invite(asserted(verstat)), { trustsIdentity: true, template: 'telnyx' })
    expect(['', '-B', '-C'].map(level => word(`TN-Validation-Passed${level}`))).toEqual(['A', 'B', 'C'])
    expect(word('No-TN-Validation')).toBe('unverified')
  })

  test('Twilio Elastic SIP Trunking says it in a header of its own', () => {
    const request = invite('X-Twilio-VerStat: TN-Validation-Passed-A-Diverted')
    expect(trunkWordOf(request, { trustsIdentity: true, template: 'twilio' })).toBe('A')
    expect(trunkWordOf(request, { trustsIdentity: false, template: 'twilio' })).toBeNull()
  })
})
