import { expect, it } from 'vitest'
import { createLegDataRepository } from './leg-data.repository.ts'
import { createTestGround } from './testing/create-test-ground.ts'

const ground = createTestGround()

const seal = {
  seal: (plain: string, boundTo: string) => Buffer.from(`${boundTo}|${plain}`),
  open: (sealed: Uint8Array) => Buffer.from(sealed).toString(),
}

const kept = () =>
  ground.sql.query<{ leg: string; sealed: string }>(
    `select leg, convert_from(sealed, 'utf8') as sealed from calls.legs order by leg`,
    [],
  )

it('puts what a leg is continued from in place of what was there, sealed and bound to it', async () => {
  await ground.sql.query(
    `insert into calls.calls (id, organization, caller, status, arrived_at)
     values ('call', 'org', 'caller', 'dialing', now())`,
    [],
  )
  await ground.sql.query(
    `insert into calls.legs (leg, call, organization, kind, sealed)
     values ('one', 'call', 'org', 'sip', 'before'), ('two', 'call', 'org', 'sip', 'other')`,
    [],
  )
  await createLegDataRepository({ sql: ground.sql, seal }).keep({ leg: 'one', data: 'after' })
  expect(await kept()).toEqual([
    { leg: 'one', sealed: 'one|after' },
    { leg: 'two', sealed: 'other' },
  ])
})

it('keeps nothing of a leg that is gone', async () => {
  const before = await kept()
  await createLegDataRepository({ sql: ground.sql, seal }).keep({ leg: 'gone', data: 'after' })
  expect(await kept()).toEqual(before)
})
