import { trunkTemplateName } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { checkDraft } from './check-draft.rules.ts'
import { createTestTrunk } from './create-test-trunks.ts'
import { changeTemplate, draftOf, draftOfTemplate, sameDraft } from './draft.rules.ts'
import { trunkTemplates } from './templates.rules.ts'

const { settings } = createTestTrunk()

test('a trunk that is opened and saved is the same trunk', () => {
  const full = {
    ...settings,
    hosts: [
      { host: 'sip1.example.net', port: 5080, transport: 'tls' as const },
      { host: '[2001:db8::1]', port: null, transport: null },
    ],
    addresses: ['192.0.2.0/24', '2001:db8::/32'],
    outboundProxy: { host: 'proxy.example.net', port: null, transport: 'udp' as const },
    registration: { expiresS: 600 },
    credentials: { username: 'hotline', realm: 'example.net' },
    fromUser: 'hotline',
    fromDomain: 'example.net',
    numbers: {
      callingCode: '49',
      nationalPrefix: '0',
      internationalPrefix: '00',
      out: 'national' as const,
      dialPrefix: '9',
    },
    callerIdHeader: 'p-asserted-identity' as const,
    callerId: '+15550100',
    withholdsNumber: true,
    codecs: ['PCMA' as const, 'opus' as const],
    encryption: 'required' as const,
    limits: { calls: 7, callsPerSecond: 3 },
    healthCheckS: 30,
    trustsIdentity: true,
  }
  expect(checkDraft(draftOf(full), true)).toEqual({ ok: true, change: full })
})

test.each(trunkTemplateName.options)('the draft of %s is its own until something is typed', template => {
  const draft = draftOfTemplate(template)
  expect(sameDraft(draft, draftOf(trunkTemplates[template].settings))).toBe(true)
  expect(sameDraft(draft, { ...draft, name: 'Hotline' })).toBe(false)
})

test('another template keeps what was typed and replaces what was filled in', () => {
  const hosts = [{ host: 'sip.example.net', port: '', transport: '' as const }]
  const draft = { ...draftOfTemplate('voip-ms'), hosts, username: '123456' }
  const changed = changeTemplate(draft, 'twilio')
  expect(changed).toMatchObject({ template: 'twilio', name: 'Twilio', hosts, username: '123456' })
  expect(changed.register).toBe(false)
  expect(changed.addresses).toContain('54.172.60.0/30')
})
