import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestClock } from '../../stream/doubles.ts'
import { ContactBook } from './contact-book.ts'
import { createTestContacts } from './doubles.ts'
import type { Contact, Device } from './registrar.port.ts'

const ann: Device = { id: 'device-1', organization: 'org-1', member: 'ann', username: 'phoneann' }
const second: Device = { ...ann, id: 'device-2', username: 'phonetwo' }
const bob: Device = { ...ann, id: 'device-3', member: 'bob', username: 'phonebob' }

let clock: ReturnType<typeof createTestClock>
let store: ReturnType<typeof createTestContacts>
let book: ContactBook
let told: string[]

const open = () => {
  const made = new ContactBook({ clock, store: store.store, onFailed: () => void told.push('failed') })
  made.onChange(device => void told.push(device.id))
  return made
}

beforeEach(() => {
  clock = createTestClock()
  store = createTestContacts()
  told = []
  book = open()
})
afterEach(() => book.close())

const contact = (fields: Partial<Contact> = {}): Contact => ({
  uri: 'sip:desk@192.0.2.7:5062',
  priority: 1,
  callId: 'a',
  cseq: 1,
  expiresAt: clock.now() + 60_000,
  userAgent: null,
  flow: { transport: 'udp', address: '192.0.2.7', port: 40_000 },
  ...fields,
})
const tcp = (connection: string): Contact['flow'] => ({
  transport: 'tcp',
  address: '192.0.2.8',
  port: 50_000,
  connection,
})
const uris = (member = 'ann') => book.contactsOf({ organization: 'org-1', member }).map(({ uri }) => uri)

test('a member is reached at all of their telephones, the preferred contact first', async () => {
  await book.change(ann, () => [contact({ uri: 'sip:low', priority: 0.1 }), contact({ uri: 'sip:high' })])
  await book.change(second, () => [contact({ uri: 'sip:middle', priority: 0.5 })])
  await book.change(bob, () => [contact({ uri: 'sip:bob' })])
  expect(uris()).toEqual(['sip:high', 'sip:middle', 'sip:low'])
  expect(book.contactsOf({ organization: 'org-2', member: 'ann' })).toEqual([])
  expect(told).toEqual(['device-1', 'device-2', 'device-3'])
})

test('a request goes to where the REGISTER came from, whatever the contact says', async () => {
  await book.change(ann, () => [contact({ uri: 'sip:desk@10.0.0.5' })])
  expect(book.contactsOf({ organization: 'org-1', member: 'ann' })).toEqual([
    {
      device: 'device-1',
      uri: 'sip:desk@10.0.0.5',
      flow: { transport: 'udp', address: '192.0.2.7', port: 40_000 },
    },
  ])
})

test.each([
  ['the address and port of datagrams', { transport: 'udp', address: '192.0.2.7', port: 40_000 }, true],
  ['another port', { transport: 'udp', address: '192.0.2.7', port: 40_001 }, false],
  ['another transport', { transport: 'tcp', address: '192.0.2.7', port: 40_000 }, false],
  ['a connection', tcp('c1'), true],
  ['another connection from the same place', tcp('c2'), false],
] as const)('a telephone is known by %s', async (_, flow, isKnown) => {
  await book.change(ann, () => [contact(), contact({ uri: 'sip:desk@192.0.2.8', flow: tcp('c1') })])
  expect(book.at(flow)?.id).toBe(isKnown ? 'device-1' : undefined)
  expect(book.knowsAddress(flow.address)).toBe(true)
  expect(book.knowsAddress('192.0.2.9')).toBe(false)
})

test('a contact that expires is gone, is told of, and leaves the database', async () => {
  await book.change(ann, () => [contact(), contact({ uri: 'sip:later', expiresAt: clock.now() + 90_000 })])
  clock.advance(59_999)
  expect(uris()).toHaveLength(2)
  clock.advance(1)
  expect(uris()).toEqual(['sip:later'])
  clock.advance(30_000)
  expect(uris()).toEqual([])
  expect(book.at(contact().flow)).toBeUndefined()
  expect(told).toEqual(['device-1', 'device-1', 'device-1'])
  expect(store.sweeps).toHaveLength(2)
  expect(clock.pending()).toBe(0)
})

test('a connection that closes takes its contacts with it, and no others', async () => {
  await book.change(ann, () => [contact(), contact({ uri: 'sip:tcp', flow: tcp('c1') })])
  book.closed('c2')
  expect(uris()).toHaveLength(2)
  book.closed('c1')
  expect(uris()).toEqual([contact().uri])
  expect(told).toEqual(['device-1', 'device-1'])
})

test('after a restart telephones are reached over UDP; connections have to be made again', async () => {
  await book.change(ann, () => [contact(), contact({ uri: 'sip:tcp', flow: tcp('c1') })])
  book.close()
  book = open()
  await book.restore()
  expect(uris()).toEqual([contact().uri])
  expect(book.at(contact().flow)?.id).toBe('device-1')
})

test('changes of one telephone wait for each other, and each sees what the one before it left', async () => {
  const seen: number[] = []
  const add = (uri: string) =>
    book.change(ann, before => {
      seen.push(before.length)
      return [...before, contact({ uri })]
    })
  await Promise.all([add('sip:1'), add('sip:2'), add('sip:3')])
  expect(seen).toEqual([0, 1, 2])
})

test('what the database did not take was not done, and the next change is none the worse', async () => {
  store.isAway = true
  await expect(book.change(ann, () => [contact()])).rejects.toThrow('away')
  expect(uris()).toEqual([])
  store.isAway = false
  expect(await book.change(ann, () => [contact()])).toMatchObject({ changed: true })
  expect(uris()).toHaveLength(1)
})

test('a telephone that was removed is forgotten', async () => {
  await book.change(ann, () => [contact()])
  book.forget('device-1')
  expect([uris(), book.at(contact().flow)]).toEqual([[], undefined])
})

test('a sweep that fails is told and stops nothing', async () => {
  await book.change(ann, () => [contact()])
  store.isAway = true
  clock.advance(60_000)
  await Promise.resolve()
  expect(uris()).toEqual([])
  expect(told).toContain('failed')
})
