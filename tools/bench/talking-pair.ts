import { setTimeout as wait } from 'node:timers/promises'
import type { SrtpSuite } from '@ringdown/media'
import { type SipCall, type SipPhone, TestOperator } from '@ringdown/testkit'
import { DelayLog, stamp } from './stamped-voice.ts'

export type TalkingPair = {
  operator: TestOperator
  call: SipCall
  /** From the INVITE until the operator's page knows, ms. */
  ringMs: number
  /** From the operator's accept until both have heard the first packet of the other, ms. */
  acceptMs: number
}

/** @param index 0..999: operator@demo.test, operator2@demo.test and so on */
export function signInOperator(url: string, index: number): Promise<TestOperator> {
  const email = `operator${index === 0 ? '' : index + 1}@demo.test`
  return TestOperator.signIn({ url, email, password: 'ringdown-demo' })
}

/** Brings the next call to this operator, who is the only one available; both then talk until someone hangs up. */
export async function connectPair(order: {
  phone: SipPhone
  operator: TestOperator
  index: number
  /** How long it rings. People take a second; within the first 0.1 s the caller's audio is still being verified. ms */
  ringsFor?: number
  /** What the telephone encrypts with; plain RTP unless told. */
  srtp?: SrtpSuite | undefined
}): Promise<TalkingPair> {
  const { phone, operator, index, ringsFor = 0, srtp } = order
  await operator.goAvailable()
  const both = [new DelayLog(), new DelayLog()] as const
  stamp(operator.stream, index)
  both[0].listen(operator.stream)
  const dialledAt = performance.now()
  const call = await phone.call({
    to: '+15550100',
    from: `+15550177${String(index).padStart(3, '0')}`,
    ...(srtp === undefined ? {} : { srtp: { policy: 'required', suites: [srtp] } }),
  })
  stamp(call.stream, index)
  both[1].listen(call.stream)
  await operator.until(view => view.offer !== null, 'an offer')
  const ringMs = performance.now() - dialledAt
  await wait(ringsFor)
  const acceptedAt = performance.now()
  await operator.accept()
  const firsts = await Promise.all(both.map(one => one.first))
  return { operator, call, ringMs, acceptMs: Math.max(...firsts) - acceptedAt }
}

export const isTalking = ({ call, operator }: TalkingPair) =>
  !call.isOver && operator.view.active?.state === 'connected'
