import { passwordHash } from '@ringdown/sip'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database/create-test-database.ts'
import { createDigestCrypto } from '../../legs/sip/index.ts'
import { createDevicePasswords } from './device-passwords.ts'
import { newPassword, newUsername } from './new-credentials.ts'

let world: TestDatabase
const opened: string[] = []
const crypto = createDigestCrypto()
const realm = 'desk.test'

beforeAll(async () => {
  world = await createTestDatabase()
  await world.database.engine.query(
    `INSERT INTO carriers.devices (id, organization, member, name, username, sealed_password)
     VALUES ('one', 'org', 'ann', 'Desk', 'phoneone', $1)`,
    [Buffer.from('terces')],
  )
}, 60_000)
afterAll(() => world.end(), 60_000)

const backwards = (text: string) => [...text].reverse().join('')

const passwords = () =>
  createDevicePasswords({
    sql: world.database.engine,
    realm,
    crypto,
    seal: ({ text }) => Buffer.from(backwards(text)),
    open({ row, sealed }) {
      opened.push(row)
      return backwards(Buffer.from(sealed).toString())
    },
  })

test('a telephone is found by its username, with what its password gives for both hashes', async () => {
  const { device, passwordHashes } = await passwords().find('phoneone')
  expect(device).toEqual({ id: 'one', organization: 'org', member: 'ann', username: 'phoneone' })
  const of = (hash: 'MD5' | 'SHA-256') =>
    passwordHash({ username: 'phoneone', realm, password: 'secret', hash, crypto })
  expect(passwordHashes).toEqual({ MD5: of('MD5'), 'SHA-256': of('SHA-256') })
})

test.each(['phonetwo', 'PHONEONE', '', 'phone\0one'.repeat(40)])(
  'nobody is found as %j, after the same work: a password is opened and hashed',
  async username => {
    opened.length = 0
    const { device, passwordHashes } = await passwords().find(username)
    expect(device).toBeUndefined()
    expect(opened).toHaveLength(1)
    expect(Object.keys(passwordHashes).toSorted()).toEqual(['MD5', 'SHA-256'])
  },
)

test('passwords hold more than 100 bits in letters and digits that nobody mistakes for others', () => {
  const made = Array.from({ length: 200 }, newPassword)
  expect(made.every(password => /^[a-hj-km-np-z2-9]{24}$/.test(password))).toBe(true)
  const used = new Set(made.join(''))
  expect(Math.log2(used.size) * 24).toBeGreaterThan(100)
  expect(new Set(made).size).toBe(made.length)
  expect(newUsername()).toMatch(/^phone[a-hj-km-np-z2-9]{8}$/)
})
