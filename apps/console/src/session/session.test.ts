import type { Me } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestTime } from '../time/create-test-time.ts'
import type { SessionErrorCode, SessionPort } from './session.port.ts'
import { Session } from './session.ts'

const ana: Me = {
  user: { id: 'op-1', name: 'Ana', email: 'ana@demo.test' },
  organization: { id: 'org-1', name: 'Demo Hotline' },
  role: 'operator',
}

function setUp(args: { me: Me | null | 'unreachable'; error?: SessionErrorCode }) {
  const time = createTestTime()
  const gateway = { ...args, asked: 0, said: [] as string[] }
  const port: SessionPort = {
    me: async () => {
      gateway.asked += 1
      return gateway.me
    },
    about: async () => ({ product: 'Ringdown', version: '1', demo: true }),
    signIn: async () => {
      if (gateway.error) return gateway.error
      gateway.me = ana
      return null
    },
    signOut: async () => {
      gateway.me = null
    },
  }
  const session = new Session({
    port,
    time,
    random: () => 0,
    beforeSignOut: async () => void gateway.said.push(session.value.at),
  })
  return { time, gateway, session }
}

const credentials = { email: 'ana@demo.test', password: 'x' }

test('somebody with a session goes straight in', async () => {
  const { session } = setUp({ me: ana })
  await session.start()
  expect(session.value).toEqual({ at: 'signed in', me: ana })
})

test('somebody without one signs in, and learns whether this is the demo', async () => {
  const { session, time } = setUp({ me: null })
  await session.start()
  await time.advance(0)
  expect(session.value).toMatchObject({ at: 'signed out', why: 'first' })
  expect(session.demo.value).toBe(true)
  await session.signIn(credentials)
  expect(session.value.at).toBe('signed in')
})

test.each(['credentials', 'too-many', 'unreachable'] as const)(
  'a failed sign-in says why: %s',
  async error => {
    const { session } = setUp({ me: null, error })
    await session.start()
    await session.signIn(credentials)
    expect(session.value).toMatchObject({ at: 'signed out', busy: false, error })
  },
)

test('a gateway that does not answer yet is asked again', async () => {
  const { session, gateway, time } = setUp({ me: 'unreachable' })
  await session.start()
  expect(session.value).toEqual({ at: 'checking', unreachable: true })
  gateway.me = ana
  await time.advance(150)
  expect(session.value.at).toBe('signed in')
})

test('OP-7: the session is renewed silently while the page is open', async () => {
  const { session, gateway, time } = setUp({ me: ana })
  await session.start()
  const before = gateway.asked
  await time.advance(60 * 60_000)
  expect(gateway.asked - before).toBe(6)
})

test('a session that ended leads back to sign in, with the reason', async () => {
  const { session, gateway } = setUp({ me: ana })
  await session.start()
  gateway.me = null
  await session.renew()
  expect(session.value).toMatchObject({ at: 'signed out', why: 'expired' })
})

test('a gateway away while renewing signs nobody out', async () => {
  const { session, gateway } = setUp({ me: ana })
  await session.start()
  gateway.me = 'unreachable'
  await session.renew()
  expect(session.value.at).toBe('signed in')
})

test('whoever signs out is told that no calls ring here, and is asked for no more', async () => {
  const { session, gateway, time } = setUp({ me: ana })
  await session.start()
  await session.signOut()
  expect(session.value).toMatchObject({ at: 'signed out', why: 'left' })
  expect(gateway.said).toEqual(['signed in'])
  const before = gateway.asked
  await time.advance(60 * 60_000)
  expect(gateway.asked).toBe(before)
})
