import { expect, it } from 'vitest'
import { createTestGround } from '../../calls/testing/create-test-ground.ts'
import { readCallingTrunks } from './calling-trunks.repository.ts'

const ground = createTestGround()
const calling = JSON.stringify({ hosts: [{ host: 'sip.example.net', port: null, transport: null }] })

it('gives an organization’s trunks that are on and know a server, by their names', async () => {
  await ground.sql.query(
    `insert into carriers.trunks (id, organization, name, enabled, settings) values
       ('t1', 'org-1', 'zulu', true, $1), ('t2', 'org-1', 'Alpha', true, $1),
       ('t3', 'org-1', 'off', false, $1), ('t4', 'org-1', 'only takes calls', true, '{}'),
       ('t5', 'org-1', 'broken', true, '{"hosts": "many"}'), ('t6', 'org-2', 'theirs', true, $1)`,
    [calling],
  )
  const trunks = await readCallingTrunks(ground.sql, 'org-1')
  expect(trunks.map(({ id, settings }) => [id, settings.hosts[0]?.host])).toEqual([
    ['t2', 'sip.example.net'],
    ['t1', 'sip.example.net'],
  ])
})
