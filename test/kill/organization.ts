import type { TestGateway } from '../harness/gateway.ts'

type Place = {
  index: number
  organization: string
  number: string
  address: string
  /** Where a telephone is called. */
  answering: { host: string; port: number }
}

export const operatorEmail = (index: number, letter: 'a' | 'b'): string => `lane${index}${letter}@kill.test`

/** Founds an organization: two who answer, of whom the first may dial, a queue, a number, and a trunk at an address of its own. */
export async function found(gateway: TestGateway, place: Place): Promise<void> {
  const { index, organization, number, address, answering } = place
  await gateway.sql(
    `insert into auth.organization (id, name, slug, "createdAt") values ($1, $2, $2, now())`,
    [organization, `lane-${index}`],
    'auth',
  )
  await hire(gateway, { organization, email: operatorEmail(index, 'a'), role: 'administrator' })
  await hire(gateway, { organization, email: operatorEmail(index, 'b'), role: 'operator' })
  await gateway.sql('insert into queues.queues (id, organization, name) values ($1, $1, $1)', [organization])
  await gateway.sql('insert into numbers.numbers (id, organization, number, queue) values ($1, $1, $2, $1)', [
    organization,
    number,
  ])
  const hosts = [{ ...answering, transport: 'udp' }]
  await gateway.sql(
    'insert into carriers.trunks (id, organization, name, addresses, settings) values ($1, $1, $1, $2, $3)',
    [organization, [`${address}/32`], JSON.stringify({ hosts, codecs: ['PCMU'] })],
  )
}

/** The demo's password, as it is stored of the demo's operator. */
async function hire(
  gateway: TestGateway,
  person: { organization: string; email: string; role: 'administrator' | 'operator' },
): Promise<void> {
  await gateway.sql(
    `with person as (
       insert into auth."user" (id, name, email, "emailVerified", "updatedAt") values ($1, $1, $1, true, now())
     ), secret as (
       insert into auth.account (id, "accountId", "providerId", "userId", password, "updatedAt")
         select $1, $1, 'credential', $1, a.password, now()
           from auth.account a join auth."user" u on u.id = a."userId" where u.email = 'operator@demo.test'
     )
     insert into auth.member (id, "organizationId", "userId", role, "createdAt") values ($1, $2, $1, $3, now())`,
    [person.email, person.organization, person.role],
    'auth',
  )
}
