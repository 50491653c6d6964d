import { expect, test } from 'vitest'
import { createTestClock } from '../../legs/stream/doubles.ts'
import { createAccountKeys } from './account-keys.ts'
import { createTestSeal } from './doubles.ts'
import type { AccountDirectory, StoredAccount } from './twilio.port.ts'

const accountSid = `AC${'0'.repeat(32)}`
const { seal, openToken } = createTestSeal()
const stored = (token: string): StoredAccount => ({
  id: 'account',
  organization: 'org',
  accountSid,
  sealedToken: seal(token),
})

function bench(first: StoredAccount | null = stored('first')) {
  const clock = createTestClock()
  let answer: () => Promise<StoredAccount | null> = async () => first
  let asked = 0
  const directory: AccountDirectory = {
    find: () => {
      asked += 1
      return answer()
    },
    all: async () => (first ? [first] : []),
  }
  const keys = createAccountKeys({ directory, openToken, clock })
  return {
    keys,
    clock,
    asked: () => asked,
    answerWith(next: typeof answer) {
      answer = next
    },
    token: async () => (await keys.find(accountSid))?.authToken ?? null,
  }
}

test('a young entry is used without asking the database', async () => {
  const { keys, token, asked } = bench()
  await keys.preload()
  expect([await token(), asked()]).toEqual(['first', 0])
})

test('a changed token is seen after half a minute', async () => {
  const { token, clock, answerWith } = bench()
  await token()
  answerWith(async () => stored('second'))
  expect(await token()).toBe('first')
  clock.advance(30_000)
  expect(await token()).toBe('second')
})

test('a removed account is forgotten', async () => {
  const { token, clock, answerWith } = bench()
  await token()
  answerWith(async () => null)
  clock.advance(30_000)
  expect(await token()).toBeNull()
})

test('while the database is away, an old entry is still good and an unknown account is nobody', async () => {
  const { keys, token, clock, answerWith } = bench()
  await keys.preload()
  answerWith(() => Promise.reject(new Error('away')))
  clock.advance(3_600_000)
  expect(await token()).toBe('first')
  expect(await keys.find(`AC${'9'.repeat(32)}`)).toBeNull()
})

test('a database that does not answer is waited for one second', async () => {
  const { keys, token, clock, answerWith } = bench()
  await keys.preload()
  answerWith(() => new Promise(() => {}))
  clock.advance(30_000)
  const asked = token()
  clock.advance(1_000)
  expect(await asked).toBe('first')
})
