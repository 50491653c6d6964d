import { createTwilioStandIn, type TwilioStandIn } from '@ringdown/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestCounter } from '../../legs/stream/doubles.ts'
import type { CarrierCall, Clock } from '../../legs/stream/index.ts'
import type { AccountKeys } from './account-keys.ts'
import { createTwilioRest } from './rest.ts'
import { testAccount } from './test-gateway.ts'
import type { TwilioCount } from './twilio.port.ts'

/** Waits nothing, and remembers how long it would have been. */
function createImpatientClock() {
  const waits: number[] = []
  const clock: Clock = {
    now: () => 0,
    after(ms, run) {
      waits.push(ms)
      queueMicrotask(run)
      return () => undefined
    },
  }
  return { clock, waits }
}

describe("orders through Twilio's REST API", () => {
  let twilio: TwilioStandIn
  beforeEach(async () => {
    twilio = await createTwilioStandIn(testAccount)
  })
  afterEach(() => twilio.close())

  function bench({ authToken = testAccount.authToken, apiBase = twilio.apiBase } = {}) {
    const counter = createTestCounter<TwilioCount>()
    const { clock, waits } = createImpatientClock()
    const keys: Pick<AccountKeys, 'find'> = {
      find: async accountSid =>
        accountSid === testAccount.accountSid ? { organization: 'o', accountSid, authToken } : null,
    }
    const rest = createTwilioRest({ apiBase, keys: { ...keys, preload: async () => {} }, clock, counter })
    return { rest, counter, waits }
  }
  const callOf = (sid: string, account = testAccount.accountSid): CarrierCall => ({
    carrier: 'twilio',
    account,
    call: sid,
    resumeUrl: 'http://127.0.0.1:9/carriers/twilio/voice/resume',
  })
  const unknownCall = callOf(`CA${'0'.repeat(32)}`)

  test('a call that Twilio does not know is gone', async () => {
    expect(await bench().rest.hangUp(unknownCall, { apologize: false })).toBe('gone')
  })

  test('a call that is over is gone', async () => {
    const call = twilio.call({ voiceUrl: 'http://127.0.0.1:9/', from: '+15550123', to: '+15550100' })
    await call.ended
    expect(await bench().rest.askToResume(callOf(call.sid))).toBe('gone')
  })

  test.each([429, 500, 503])('after a %i it tries again, later each time', async status => {
    twilio.failApi(status, 2)
    const { rest, waits, counter } = bench()
    expect(await rest.hangUp(unknownCall, { apologize: false })).toBe('gone')
    expect(waits).toEqual([250, 1_000])
    expect(counter.of('api failure')).toBe(0)
  })

  test('after three attempts in vain it gives up and counts', async () => {
    twilio.failApi(500, 3)
    const { rest, counter } = bench()
    expect(await rest.hangUp(unknownCall, { apologize: false })).toBe('failed')
    expect(twilio.apiRequests()).toHaveLength(3)
    expect(counter.of('api failure')).toBe(1)
  })

  test('where nobody answers it has failed', async () => {
    expect(await bench({ apiBase: 'http://127.0.0.1:9' }).rest.askToResume(unknownCall)).toBe('failed')
  })

  test('wrong credentials are not tried again', async () => {
    expect(await bench({ authToken: 'wrong' }).rest.askToResume(unknownCall)).toBe('failed')
    expect(twilio.apiRequests()).toHaveLength(1)
  })

  test('an account without a key has failed', async () => {
    const stranger = callOf(`CA${'0'.repeat(32)}`, `AC${'9'.repeat(32)}`)
    expect(await bench().rest.askToResume(stranger)).toBe('failed')
    expect(twilio.apiRequests()).toEqual([])
  })
})
