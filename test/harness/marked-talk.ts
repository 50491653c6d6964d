import type { SipCall, TestOperator } from '@ringdown/testkit'
import { expect } from 'vitest'
import { eventually } from './heard.ts'
import { type HeardMarks, markedVoice, readMarks } from './marked-voice.ts'

const voices = { caller: 1, operator: 2 } as const

export const callerSays = markedVoice(voices.caller)
export const operatorSays = markedVoice(voices.operator)

type Packets = SipCall['stream']['received']

/** What was heard (PCMU) since `since`, ms of `performance.now()`. */
export const marksSince = (received: Packets, since: number): HeardMarks =>
  readMarks(received.filter(({ at, payloadType }) => at > since && payloadType === 0).map(one => one.payload))

/** Each hears the other, every frame as it was said, for two seconds from now on; `call` is the telephone's, whoever called. */
export async function expectTalk({
  call,
  operator,
}: {
  call: Pick<SipCall, 'stream'>
  operator: TestOperator
}): Promise<void> {
  await Promise.all([
    expectHears('the operator hears the caller', () => operator.stream.received, voices.caller),
    expectHears('the caller hears the operator', () => call.stream.received, voices.operator),
  ])
}

async function expectHears(what: string, received: () => Packets, voice: number): Promise<void> {
  const begun = performance.now()
  await eventually(`${what}: a first frame`, () => marksSince(received(), begun).voices.has(voice))
  const since = performance.now()
  await eventually(what, () => marksSince(received(), since).frames >= 100)
  const { foreign, gaps, voices: heard } = marksSince(received(), since)
  expect({ heard: [...heard], foreign }, what).toEqual({ heard: [voice], foreign: 0 })
  // A datagram is not a promise.
  expect(gaps, what).toBeLessThanOrEqual(5)
}
