import { expect, test } from 'vitest'
import { createTestTime } from '../time/create-test-time.ts'
import { createTestTrunk, createTestTrunks } from './create-test-trunks.ts'
import { TrunkForm } from './trunk-form.ts'
import { Trunks } from './trunks.ts'

const stored = createTestTrunk({ hasPassword: true })

function setUp() {
  const { gateway, port } = createTestTrunks([stored])
  const lost = { times: 0 }
  const onSessionMissing = () => {
    lost.times += 1
  }
  const trunks = new Trunks({ port, time: createTestTime(), onSessionMissing })
  return { gateway, trunks, lost, form: new TrunkForm({ port, trunks }) }
}

const aServer = [{ host: '192.0.2.10', port: '', transport: '' as const }]

test('a new trunk begins with its template, is sent, and stands in the list', async () => {
  const { form, trunks, gateway } = setUp()
  form.openNew()
  expect(form.value).toMatchObject({ choosing: true, draft: null })
  form.choose('asterisk')
  expect(form.dirty).toBe(false)
  form.edit('hosts', aServer, [])
  expect(form.dirty).toBe(true)
  expect(await form.save()).toBe(true)
  expect(gateway.sent[0]).toMatchObject({ name: 'Asterisk', hosts: [{ host: '192.0.2.10' }] })
  expect(gateway.sent[0]).not.toHaveProperty('version')
  expect(trunks.find('trunk_new')).toBeDefined()
  expect(form.value).toBeNull()
})

test('what is not right is not sent, and each field says so until it is touched', async () => {
  const { form, gateway } = setUp()
  form.openNew()
  form.choose('asterisk')
  expect(await form.save()).toBe(false)
  expect(form.value).toMatchObject({ refusals: 1, problems: { 'hosts.0.host': { kind: 'missing' } } })
  expect(gateway.sent).toEqual([])
  form.edit('hosts', aServer, ['hosts.0.host'])
  expect(form.value?.problems).toEqual({})
})

test('a change names the version that was read and leaves the password alone', async () => {
  const { form, gateway } = setUp()
  form.open(stored)
  form.edit('name', 'Hotline', ['name'])
  expect(await form.save()).toBe(true)
  expect(gateway.sent[0]).toMatchObject({ name: 'Hotline', version: 1 })
  expect(gateway.sent[0]?.password).toBeUndefined()
})

test('after somebody else’s change theirs is loaded, and can be changed', async () => {
  const { form, gateway } = setUp()
  form.open(stored)
  form.edit('name', 'Mine', [])
  gateway.refusal = { code: 'trunk.changed', message: '' }
  expect(await form.save()).toBe(false)
  expect(form.value).toMatchObject({
    busy: null,
    failure: { code: 'trunk.changed' },
    draft: { name: 'Mine' },
  })
  gateway.refusal = null
  gateway.trunks = [createTestTrunk({ name: 'Theirs', version: 2 })]
  expect(await form.reload()).toBe(true)
  expect(form.value).toMatchObject({ version: 2, failure: null, draft: { name: 'Theirs' } })
})

test('what was typed outlives the page, a call and a reading of the list', () => {
  const { form } = setUp()
  form.open(stored)
  form.edit('name', 'Typed', [])
  form.open(createTestTrunk({ version: 2 }))
  expect(form.value?.draft?.name).toBe('Typed')
  form.openNew()
  form.choose('twilio')
  form.edit('name', 'New one', [])
  form.openNew()
  expect(form.value?.draft?.name).toBe('New one')
})

test('while it is being saved nothing is sent twice', async () => {
  const { form, gateway } = setUp()
  let go = () => {}
  gateway.delay = new Promise(resolve => {
    go = resolve
  })
  form.open(stored)
  const saving = form.save()
  expect(form.value?.busy).toBe('saving')
  expect(await form.save()).toBe(false)
  expect(await form.remove()).toBe(false)
  go()
  expect(await saving).toBe(true)
  expect(gateway.sent).toHaveLength(1)
})

test('a trunk that is deleted leaves the list; one that is gone already, too', async () => {
  const { form, trunks, gateway } = setUp()
  await trunks.read()
  form.open(stored)
  gateway.refusal = { code: 'trunk.unknown', message: '' }
  expect(await form.remove()).toBe(true)
  expect(trunks.value.trunks).toEqual([])
})

test('a name that another trunk has is said at the field', async () => {
  const { form, gateway } = setUp()
  form.open(stored)
  form.edit('name', 'Theirs', [])
  gateway.refusal = { code: 'trunk.name-taken', message: '' }
  expect(await form.save()).toBe(false)
  expect(form.value).toMatchObject({ busy: null, failure: null, problems: { name: { kind: 'nameTaken' } } })
})

test('a refusal is shown and everything typed is still there', async () => {
  const { form, gateway, lost } = setUp()
  form.open(stored)
  form.edit('name', 'Typed', [])
  gateway.refusal = { code: 'session.missing', message: '' }
  expect(await form.save()).toBe(false)
  expect(lost.times).toBe(1)
  expect(form.value).toMatchObject({ busy: null, draft: { name: 'Typed' } })
})
