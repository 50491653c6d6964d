import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database/create-test-database.ts'
import { createPrivacy, type Privacy, RawNumber } from './index.ts'
import { masterKey } from './master-key.ts'

const master = masterKey(Buffer.alloc(32, 4))

let test: TestDatabase
let privacy: Privacy
beforeAll(async () => {
  test = await createTestDatabase()
  privacy = createPrivacy({ master, engine: test.database.engine })
}, 60_000)
afterAll(() => test.end(), 60_000)

const store = (number: string, organization = 'org_a') =>
  privacy.storeCaller({ organization, number: new RawNumber(number) })

describe('the vault', () => {
  it('recognises a number however it is written, and gives it one mask', async () => {
    const caller = await store('+34910000000')
    expect(await store('0034 910 000 000')).toBe(caller)
    expect(await privacy.maskOf({ organization: 'org_a', caller })).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+ \d\d$/)
  })

  it('makes one caller of many first calls at once', async () => {
    const callers = await Promise.all(Array.from({ length: 20 }, () => store('+34910000001')))
    expect(new Set(callers).size).toBe(1)
  })

  it('gives whoever withholds the number a new id each time', async () => {
    expect(await store('anonymous')).not.toBe(await store('anonymous'))
  })

  it('keeps organizations apart: nothing in common for the same number', async () => {
    const [ours, theirs] = [await store('+34910000002'), await store('+34910000002', 'org_b')]
    expect(ours).not.toBe(theirs)
    expect(await privacy.maskOf({ organization: 'org_b', caller: ours })).toBeUndefined()
    const rows = await test.database.engine.query(
      'SELECT DISTINCT blind_index FROM privacy.callers WHERE id = ANY($1)',
      [[ours, theirs]],
    )
    expect(rows).toHaveLength(2)
  })

  it('stores the number sealed and bound to its row, and nowhere in the clear', async () => {
    const caller = await store('+34910000003')
    const [row] = await test.database.engine.query<{ sealed_number: Buffer; everything: string }>(
      'SELECT sealed_number, callers::text AS everything FROM privacy.callers WHERE id = $1',
      [caller],
    )
    expect(row!.everything).not.toContain('910000003')
    expect(row!.everything).not.toContain(Buffer.from('910000003').toString('hex'))
    const sealed = row!.sealed_number
    expect(privacy.open({ purpose: 'caller-number', row: caller, sealed })).toBe('+34910000003')
    expect(() => privacy.open({ purpose: 'caller-number', row: 'caller_x', sealed })).toThrow()
  })

  it('seals the number again when a caller comes back after it was deleted', async () => {
    const caller = await store('+34910000004')
    const { engine } = test.database
    await engine.query('UPDATE privacy.callers SET sealed_number = NULL WHERE id = $1', [caller])
    expect(await store('+34910000004')).toBe(caller)
    const [row] = await engine.query<{ sealed_number: Buffer }>(
      'SELECT sealed_number FROM privacy.callers WHERE id = $1',
      [caller],
    )
    expect(privacy.open({ purpose: 'caller-number', row: caller, sealed: row!.sealed_number })).toBe(
      '+34910000004',
    )
  })

  it('does not recognise a caller whose blind index was deleted', async () => {
    const caller = await store('+34910000005')
    await test.database.engine.query('UPDATE privacy.callers SET blind_index = NULL WHERE id = $1', [caller])
    expect(await store('+34910000005')).not.toBe(caller)
  })
})
