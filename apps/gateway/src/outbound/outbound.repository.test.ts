import { beforeAll, expect, it } from 'vitest'
import { createTestGround } from '../calls/testing/create-test-ground.ts'
import { createOutboundRepository } from './outbound.repository.ts'

const ground = createTestGround()
const shown = (organization: string, wanted: string | null) =>
  createOutboundRepository(ground.sql).shown(organization, wanted)

beforeAll(async () => {
  await ground.sql.query(
    `insert into queues.queues (id, organization, name) values
       ('a1', 'org-a', 'Alpha'), ('a2', 'org-a', 'Beta'), ('b1', 'org-b', 'Other')`,
    [],
  )
  await ground.sql.query(
    `insert into numbers.numbers (id, organization, number, queue, in_service) values
       ('n0', 'org-a', '+15550100', 'a1', false),
       ('n1', 'org-a', '+15550101', 'a2', true),
       ('n2', 'org-a', '+15550102', 'a1', true)`,
    [],
  )
})

it('shows the first number that is in service, with its queue', async () => {
  expect(await shown('org-a', null)).toEqual({ number: '+15550101', queue: 'a2' })
})

it('shows the number that is wanted, with its own queue', async () => {
  expect(await shown('org-a', '+15550102')).toEqual({ number: '+15550102', queue: 'a1' })
})

it('shows a number that is only the trunk’s, with the organization’s first queue', async () => {
  expect(await shown('org-a', '+15559999')).toEqual({ number: '+15559999', queue: 'a1' })
  expect(await shown('org-b', '+15550101')).toEqual({ number: '+15550101', queue: 'b1' })
})

it('shows nothing where an organization has no number, or no queue', async () => {
  expect(await shown('org-b', null)).toBeUndefined()
  expect(await shown('org-c', '+15559999')).toBeUndefined()
})
