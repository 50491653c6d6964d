import { setTimeout as wait } from 'node:timers/promises'
import { createSipPhone, type SipCall, type SipPhone, TestOperator } from '@ringdown/testkit'
import type { TestGateway } from '../../test/harness/gateway.ts'

/** A call between a telephone and an operator that has to go on through everything. */
export type Witness = {
  /** What is wrong with the call, in words. */
  problems(): Promise<string[]>
  /** Another call, from the INVITE to its orderly end. */
  proveCalls(): Promise<string[]>
  close(): Promise<void>
}

const voice = new Int16Array(8000).map((_, i) => 8000 * Math.sin(i / 4))
const patienceMs = 20_000
const lookMs = 20
/** Packets that somebody has to hear who is connected: a fifth of a second. */
const heardPackets = 10

export async function startWitness(gateway: TestGateway): Promise<Witness> {
  const phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  const operator = await TestOperator.signIn({
    url: gateway.url,
    email: 'operator@demo.test',
    password: 'ringdown-demo',
  })
  operator.says(voice, { loop: true })
  await operator.goAvailable()
  const call = await dial(phone, '+15550177901')
  await operator.accept()
  return {
    problems: () => problemsOf(call, operator),
    proveCalls: () => proveCall(phone),
    async close() {
      await phone.close()
      operator.close()
    },
  }
}

const dial = (phone: SipPhone, from: string): Promise<SipCall> =>
  phone.call({ to: '+15550100', from, says: voice, loop: true })

async function problemsOf(call: SipCall, operator: TestOperator): Promise<string[]> {
  if (call.isOver) return ['the call that was to go on is over']
  const state = operator.view.active?.state
  if (state !== 'connected') return [`the operator's call is ${state ?? 'gone'}`]
  const heard = await Promise.all([hears(call.stream.received), hears(operator.stream.received)])
  return [
    ...(heard[0] ? [] : ['the telephone hears nothing any more']),
    ...(heard[1] ? [] : ['the operator hears nothing any more']),
  ]
}

/** Whether packets still come. */
async function hears(received: readonly unknown[]): Promise<boolean> {
  const before = received.length
  return happens(() => received.length >= before + heardPackets)
}

async function happens(fits: () => boolean): Promise<boolean> {
  const until = performance.now() + patienceMs
  while (!fits()) {
    if (performance.now() > until) return false
    await wait(lookMs)
  }
  return true
}

async function proveCall(phone: SipPhone): Promise<string[]> {
  const call = await dial(phone, '+15550177902')
  const problems: string[] = []
  if (!(await happens(() => call.isOver || call.statuses.includes(200))))
    problems.push('a call is not answered')
  else if (call.isOver) problems.push(`a call was refused: ${call.statuses.at(-1)}`)
  else if (!(await hears(call.stream.received))) problems.push('a caller hears nothing')
  const ended = await Promise.race([call.hangUp(), wait(patienceMs, undefined, { ref: false })])
  if (problems.length === 0 && ended?.by !== 'us')
    problems.push(`a call does not end: ${JSON.stringify(ended)}`)
  return problems
}
