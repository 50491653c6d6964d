import { expect, test } from 'vitest'
import { createTestTime } from '../time/create-test-time.ts'
import { createTestTrunk, createTestTrunks } from './create-test-trunks.ts'
import { Trunks } from './trunks.ts'

function setUp() {
  const time = createTestTime()
  const { gateway, port } = createTestTrunks([createTestTrunk()])
  const lost = { times: 0 }
  const onSessionMissing = () => {
    lost.times += 1
  }
  return { time, gateway, lost, trunks: new Trunks({ port, time, onSessionMissing }) }
}

test('the list is read at once and again while it is looked at', async () => {
  const { trunks, gateway, time } = setUp()
  const stop = trunks.watch()
  await time.advance(0)
  expect(trunks.value.trunks).toHaveLength(1)
  gateway.trunks = []
  await time.advance(5_000)
  expect(trunks.value.trunks).toEqual([])
  stop()
  gateway.trunks = [createTestTrunk()]
  await time.advance(60_000)
  expect(trunks.value.trunks).toEqual([])
})

test('a gateway that is away leaves what was known, and says so until it is back', async () => {
  const { trunks, gateway } = setUp()
  await trunks.read()
  gateway.refusal = { code: 'live.away', message: '' }
  await trunks.read()
  expect(trunks.value).toMatchObject({ trunks: [{ id: 'trunk_1' }], failure: { code: 'live.away' } })
  gateway.refusal = null
  await trunks.read()
  expect(trunks.value.failure).toBeNull()
})

test('a session that is over leads to sign in', async () => {
  const { trunks, gateway, lost } = setUp()
  gateway.refusal = { code: 'session.missing', message: '' }
  await trunks.read()
  expect(lost.times).toBe(1)
})

test('a list that was asked for before a change does not take the change back', async () => {
  const { trunks, gateway } = setUp()
  await trunks.read()
  let go = () => {}
  gateway.delay = new Promise(resolve => {
    go = resolve
  })
  const reading = trunks.read()
  trunks.replace(createTestTrunk({ id: 'trunk_0', name: 'Alpha' }))
  go()
  await reading
  expect(trunks.value.trunks?.map(({ settings }) => settings.name)).toEqual(['Alpha', 'Asterisk'])
  trunks.forget('trunk_0')
  expect(trunks.value.trunks).toHaveLength(1)
})
