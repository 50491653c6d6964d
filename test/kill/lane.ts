import { randomUUID } from 'node:crypto'
import { type AnsweringPhone, createAnsweringPhone, createSipPhone, TestOperator } from '@ringdown/testkit'
import type { TestGateway } from '../harness/gateway.ts'
import type { FarEnd } from './far-end.ts'
import { markedSpeech } from './marked-speech.ts'
import { found, operatorEmail } from './organization.ts'

export type CallOrder = {
  to: string
  from: string
  says: Uint8Array
  loop: boolean
  withholdsAck?: boolean
  losesTrying?: boolean
  offers?: (sdp: string) => string
}

/** Whatever its carrier is. */
export type CallingPhone = {
  call(options: CallOrder): Promise<FarEnd>
  close(): Promise<unknown>
}

/** An organization of its own with a number, a queue, two operators and a telephone: scenarios in several lanes never meet. */
export type Lane = {
  organization: string
  number: string
  operator: TestOperator
  second: TestOperator
  phone: CallingPhone
  /** Is called when the operator dials. */
  answering: AnsweringPhone
  /** How many of its calls belong to a scene. */
  met: number
}

const operatorSays = markedSpeech('operator')

export async function openLanes(gateway: TestGateway, count: number): Promise<Lane[]> {
  const places = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const address = `127.0.0.${10 + index}`
      const number = `+155502${String(index).padStart(2, '0')}`
      const answering = await createAnsweringPhone({ address })
      return { index, organization: randomUUID(), number, address, answering }
    }),
  )
  for (const place of places) {
    const { host, port } = place.answering
    await found(gateway, { ...place, answering: { host, port } })
  }
  return Promise.all(
    places.map(async ({ index, organization, number, address, answering }) => ({
      organization,
      number,
      operator: await signIn(gateway, operatorEmail(index, 'a')),
      second: await signIn(gateway, operatorEmail(index, 'b')),
      phone: await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort }, address }),
      answering,
      met: 0,
    })),
  )
}

export async function closeLanes(lanes: readonly Lane[]): Promise<void> {
  for (const { operator, second } of lanes) {
    operator.close()
    second.close()
  }
  await Promise.all(lanes.flatMap(lane => [lane.phone.close(), lane.answering.close()]))
}

/** After a restart of control: what the pages show is from before its death (`diedAt`, ms since the epoch) until they are told again. */
export async function seeAnew(lanes: readonly Lane[], diedAt: number): Promise<void> {
  const present = lanes.flatMap(lane => [lane.operator, lane.second]).filter(operator => operator.reconnects)
  await Promise.all(present.map(operator => operator.until(view => view.now > diedAt, 'a fresh view')))
}

/** Ends every call, and begins with a gateway that nobody has killed yet. */
export async function startAfresh(gateway: TestGateway, lanes: readonly Lane[]): Promise<void> {
  await gateway.stop()
  const stoppedAt = Date.now()
  await gateway.start()
  await seeAnew(lanes, stoppedAt)
}

/** The lane's people rest until the next round. */
export async function rest({ operator, second }: Lane): Promise<void> {
  for (const person of [operator, second]) {
    if (!person.reconnects) await person.comeBack()
    await person.until(
      view => view.active === null || view.active.state === 'wrapping',
      'the talk to be over',
    )
    await person.command({ type: 'take a break' })
    await person.until(view => view.operator.status === 'on-break', 'the break')
  }
}

async function signIn(gateway: TestGateway, email: string): Promise<TestOperator> {
  const operator = await TestOperator.signIn({ url: gateway.url, email, password: 'ringdown-demo' })
  operator.says(operatorSays, { loop: true })
  await operator.goAvailable()
  await operator.command({ type: 'take a break' })
  return operator
}
