import { type TrunkTemplateName, trunkSettings, trunkTemplateName } from '@ringdown/contract'
import { describe, expect, test } from 'vitest'
import { checkDraft } from './check-draft.rules.ts'
import { draftOfTemplate } from './draft.rules.ts'
import { trunkTemplates } from './templates.rules.ts'

/** What somebody types who fills in no more than is asked for. */
const typed: Record<
  TrunkTemplateName,
  { host: string; username?: string; password?: string; name?: string }
> = {
  twilio: { host: 'my-hotline.pstn.twilio.com' },
  telnyx: { host: 'sip.telnyx.com' },
  'voip-ms': { host: 'newyork1.voip.ms', username: '123456_ringdown', password: 'secret' },
  siproute: { host: 'sip.example.net', username: 'hotline', password: 'secret' },
  asterisk: { host: '192.0.2.10' },
  freeswitch: { host: '192.0.2.11' },
  kamailio: { host: '192.0.2.12' },
  other: { host: '', name: 'Our carrier' },
}

describe.each(trunkTemplateName.options)('IN-3, IN-4: the template %s', template => {
  test('fills every setting with something valid, but for a name that only people know', () => {
    const { settings, brand } = trunkTemplates[template]
    expect(trunkSettings.safeParse({ ...settings, name: brand || 'Any' }).error?.issues).toBeUndefined()
    expect(settings.template).toBe(template)
  })

  test('needs no more than it asks for', () => {
    const { host, ...rest } = typed[template]
    const draft = draftOfTemplate(template)
    const hosts = [{ host, port: '', transport: '' as const }]
    const checked = checkDraft({ ...draft, ...rest, hosts }, false)
    expect(checked).toMatchObject({ ok: true, change: { template } })
  })

  test('says which of its fields is missing', () => {
    const { needs } = trunkTemplates[template]
    const draft = { ...draftOfTemplate(template), hosts: [], addresses: '' }
    const checked = checkDraft(draft, false)
    const missing = checked.ok ? [] : Object.keys(checked.problems)
    const places = needs.map(
      field => ({ host: 'hosts.0.host', username: 'credentials.username' })[field as string] ?? field,
    )
    expect(missing.toSorted()).toEqual([...places, ...(template === 'other' ? ['name'] : [])].toSorted())
  })
})

test('carriers that register are registered at, the others are known by their addresses', () => {
  const registers = trunkTemplateName.options.filter(name => trunkTemplates[name].settings.registration)
  expect(registers).toEqual(['voip-ms', 'siproute'])
  expect(trunkTemplates.twilio.settings.addresses).toContain('54.172.60.0/30')
  expect(trunkTemplates.telnyx.settings.addresses).toContain('192.76.120.10')
})

test('no template asks for Opus, which costs the most to make: whoever wants it chooses it', () => {
  for (const { settings } of Object.values(trunkTemplates)) expect(settings.codecs).not.toContain('opus')
})
