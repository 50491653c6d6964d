import { randomUUID } from 'node:crypto'
import { createSipPhone, type SipPhone, TestOperator } from '@ringdown/testkit'
import type { TestGateway } from '../harness/gateway.ts'
import { markedSpeech } from './marked-speech.ts'

/** Limits of a lane's queue, seconds. */
export type Terms = {
  greeting: string | null
  wait_limit_s: number
  ring_s: number
  wrap_up_s: number
  return_limit_s: number
}

export const patientTerms: Terms = {
  greeting: null,
  wait_limit_s: 300,
  ring_s: 120,
  wrap_up_s: 120,
  return_limit_s: 120,
}

/** An organization of its own with a number, a queue, two operators and a telephone: scenarios in several lanes never meet. */
export type Lane = {
  organization: string
  number: string
  operator: TestOperator
  second: TestOperator
  phone: SipPhone
}

const operatorSays = markedSpeech('operator')

export async function openLanes(gateway: TestGateway, count: number): Promise<Lane[]> {
  const places = Array.from({ length: count }, (_, index) => ({
    index,
    organization: randomUUID(),
    number: `+155502${String(index).padStart(2, '0')}`,
    address: `127.0.0.${10 + index}`,
  }))
  for (const place of places) await furnish(gateway, place)
  return Promise.all(
    places.map(async ({ index, organization, number, address }) => ({
      organization,
      number,
      operator: await signIn(gateway, `lane${index}a@kill.test`),
      second: await signIn(gateway, `lane${index}b@kill.test`),
      phone: await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort }, address }),
    })),
  )
}

export async function closeLanes(lanes: readonly Lane[]): Promise<void> {
  for (const { operator, second } of lanes) {
    operator.close()
    second.close()
  }
  await Promise.all(lanes.map(lane => lane.phone.close()))
}

/** After a restart of control: what the pages show is from before its death (`diedAt`, ms since the epoch) until they are told again. */
export async function seeAnew(lanes: readonly Lane[], diedAt: number): Promise<void> {
  const present = lanes.flatMap(lane => [lane.operator, lane.second]).filter(operator => operator.reconnects)
  await Promise.all(present.map(operator => operator.until(view => view.now > diedAt, 'a fresh view')))
}

export async function setTerms(gateway: TestGateway, lane: Lane, terms: Partial<Terms>): Promise<void> {
  const { greeting, wait_limit_s, ring_s, wrap_up_s, return_limit_s } = { ...patientTerms, ...terms }
  await gateway.sql(
    `update queues.queues set greeting = $2, wait_limit_s = $3, ring_s = $4, wrap_up_s = $5, return_limit_s = $6
     where organization = $1`,
    [lane.organization, greeting, wait_limit_s, ring_s, wrap_up_s, return_limit_s],
  )
}

async function signIn(gateway: TestGateway, email: string): Promise<TestOperator> {
  const operator = await TestOperator.signIn({ url: gateway.url, email, password: 'ringdown-demo' })
  operator.says(operatorSays, { loop: true })
  await operator.goAvailable()
  await operator.command({ type: 'take a break' })
  return operator
}

async function furnish(
  gateway: TestGateway,
  place: { index: number; organization: string; number: string; address: string },
): Promise<void> {
  const { index, organization, number, address } = place
  await gateway.sql(
    `insert into auth.organization (id, name, slug, "createdAt") values ($1, $2, $2, now())`,
    [organization, `lane-${index}`],
    'auth',
  )
  for (const letter of ['a', 'b']) await hire(gateway, organization, `lane${index}${letter}`)
  await gateway.sql('insert into queues.queues (id, organization, name) values ($1, $1, $1)', [organization])
  await gateway.sql('insert into numbers.numbers (id, organization, number, queue) values ($1, $1, $2, $1)', [
    organization,
    number,
  ])
  await gateway.sql(
    'insert into carriers.trunks (id, organization, name, addresses) values ($1, $1, $1, $2)',
    [organization, [`${address}/32`]],
  )
}

/** The demo's password, as it is stored of the demo's operator. */
async function hire(gateway: TestGateway, organization: string, user: string): Promise<void> {
  await gateway.sql(
    `with person as (
       insert into auth."user" (id, name, email, "emailVerified", "updatedAt") values ($1, $1, $1 || '@kill.test', true, now())
     ), secret as (
       insert into auth.account (id, "accountId", "providerId", "userId", password, "updatedAt")
         select $1, $1, 'credential', $1, a.password, now()
           from auth.account a join auth."user" u on u.id = a."userId" where u.email = 'operator@demo.test'
     )
     insert into auth.member (id, "organizationId", "userId", role, "createdAt") values ($1, $2, $1, 'operator', now())`,
    [user, organization],
    'auth',
  )
}
