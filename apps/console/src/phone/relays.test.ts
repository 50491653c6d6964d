import type { RelayList } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestTime } from '../time/create-test-time.ts'
import { Relays } from './relays.ts'

const server = { urls: ['turn:turn.test'], username: '1:u', credential: 'x' }
const some: RelayList = { servers: [server], expiresInS: 600 }
const none: RelayList = { servers: [], expiresInS: 600 }

function create(answers: (RelayList | null)[], only = false) {
  const time = createTestTime()
  let asked = 0
  const load = async () => answers[Math.min(asked++, answers.length - 1)] ?? null
  const relays = new Relays({ load, only: () => only, time })
  return { relays, time, asked: () => asked }
}

test('a line may go by the relay or directly, and the page knows that there is one', async () => {
  const { relays } = create([some])
  expect(relays.offered.value).toBe(false)
  expect(await relays.configuration()).toEqual({ iceServers: [server], iceTransportPolicy: 'all' })
  expect(relays.offered.value).toBe(true)
})

test('whoever wants only the relay goes no other way, where there is one', async () => {
  expect(await create([some], true).relays.configuration()).toMatchObject({ iceTransportPolicy: 'relay' })
  expect(await create([none], true).relays.configuration()).toEqual({
    iceServers: [],
    iceTransportPolicy: 'all',
  })
})

test('credentials are asked for anew when half of their term is over', async () => {
  const { relays, time, asked } = create([some])
  await relays.configuration()
  await time.advance(299_000)
  await relays.configuration()
  expect(asked()).toBe(1)
  await time.advance(1_000)
  await relays.configuration()
  expect(asked()).toBe(2)
})

test('what is not answered leaves what was known before', async () => {
  const { relays, time } = create([some, null])
  await relays.configuration()
  await time.advance(400_000)
  expect((await relays.configuration()).iceServers).toEqual([server])
})

test('a gateway that does not answer holds a line up for two seconds at most', async () => {
  const time = createTestTime()
  const relays = new Relays({ load: () => new Promise(() => {}), only: () => false, time })
  const configured = relays.configuration()
  await time.advance(2_000)
  expect(await configured).toEqual({ iceServers: [], iceTransportPolicy: 'all' })
})
