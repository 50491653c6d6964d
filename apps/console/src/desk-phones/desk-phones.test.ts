import { expect, test } from 'vitest'
import { createTestTime } from '../time/create-test-time.ts'
import { createTestDeskPhones, createTestPhone } from './create-test-desk-phones.ts'
import { DeskPhones } from './desk-phones.ts'

function setUp() {
  const time = createTestTime()
  const { gateway, port } = createTestDeskPhones([createTestPhone()])
  const lost = { times: 0 }
  const onSessionMissing = () => {
    lost.times += 1
  }
  return { time, gateway, lost, phones: new DeskPhones({ port, time, onSessionMissing }) }
}

const names = (phones: DeskPhones) => phones.value.list?.devices.map(({ name }) => name)

test('the list is read at once and again while it is looked at', async () => {
  const { phones, gateway, time } = setUp()
  const stop = phones.watch()
  await time.advance(0)
  expect(names(phones)).toEqual(['Reception'])
  gateway.devices = []
  await time.advance(5_000)
  expect(names(phones)).toEqual([])
  stop()
  gateway.devices = [createTestPhone()]
  await time.advance(60_000)
  expect(names(phones)).toEqual([])
})

test('a gateway that is away leaves what was known, and says so until it is back', async () => {
  const { phones, gateway } = setUp()
  await phones.read()
  gateway.refusal = { code: 'live.away', message: '' }
  await phones.read()
  expect([names(phones), phones.value.failure?.code]).toEqual([['Reception'], 'live.away'])
  gateway.refusal = null
  await phones.read()
  expect(phones.value.failure).toBeNull()
})

test('a phone that was added shows its password until that was noted, and stands in the list', async () => {
  const { phones, gateway } = setUp()
  await phones.read()
  phones.begin()
  phones.write({ name: '  Home ', member: 'ann' })
  await phones.add()
  expect(gateway.sent).toEqual([{ name: 'Home', member: 'ann' }])
  expect(phones.value).toMatchObject({ draft: null, made: { password: expect.any(String) } })
  expect(names(phones)).toEqual(['Reception', 'Home'])
  phones.noted()
  expect(phones.value.made).toBeNull()
})

test('a phone needs a name, and is not sent without one', async () => {
  const { phones, gateway } = setUp()
  phones.begin()
  phones.write({ name: '   ' })
  await phones.add()
  expect(phones.value.draft?.problem).toBe('name')
  expect(gateway.sent).toEqual([])
  phones.write({ name: 'Home' })
  expect(phones.value.draft?.problem).toBeNull()
})

test('a phone is sent once, however often somebody presses', async () => {
  const { phones, gateway } = setUp()
  phones.begin()
  phones.write({ name: 'Home' })
  await Promise.all([phones.add(), phones.add()])
  expect(gateway.sent).toHaveLength(1)
})

test('what is refused stays as it was typed, with the reason', async () => {
  const { phones, gateway } = setUp()
  gateway.refusal = { code: 'device.too-many', message: '' }
  phones.begin()
  phones.write({ name: 'Home' })
  await phones.add()
  expect(phones.value.draft).toMatchObject({
    name: 'Home',
    isSending: false,
    problem: { code: 'device.too-many' },
  })
})

test('a phone that was removed is gone at once, and so is its password', async () => {
  const { phones } = setUp()
  phones.begin()
  phones.write({ name: 'Home' })
  await phones.add()
  phones.askToRemove(phones.value.made!.device.id)
  await phones.remove()
  expect(names(phones)).toEqual(['Reception'])
  expect(phones.value).toMatchObject({ made: null, removing: null })
})

test.each([
  ['live.away', ['Reception'], 'live.away'],
  ['device.unknown', [], undefined],
] as const)('a removal that is answered %s', async (code, left, failure) => {
  const { phones, gateway } = setUp()
  await phones.read()
  gateway.refusal = { code, message: '' }
  phones.askToRemove('device_1')
  await phones.remove()
  expect([names(phones), phones.value.removing?.failure?.code]).toEqual([left, failure])
  phones.keep()
  expect(phones.value.removing).toBeNull()
})

test('whoever signs in next at this page sees no password of before, not even one that is on its way', async () => {
  const { phones, gateway } = setUp()
  let go = () => {}
  gateway.delay = new Promise(resolve => {
    go = resolve
  })
  phones.begin()
  phones.write({ name: 'Home' })
  const adding = phones.add()
  phones.clear()
  go()
  await adding
  expect(phones.value).toMatchObject({ list: null, draft: null, made: null })
})

test('a session that is over leads to sign in', async () => {
  const { phones, gateway, lost } = setUp()
  gateway.refusal = { code: 'session.missing', message: '' }
  await phones.read()
  expect(lost.times).toBe(1)
})
