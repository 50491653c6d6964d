import { createTwilioStandIn, type TwilioCall, type TwilioStandIn } from '@ringdown/testkit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestGateway, ourNumber, testAccount } from './test-gateway.ts'

const from = '+15559876543'

/** µ-law with every byte value, two seconds of it. */
const speech = Uint8Array.from({ length: 16_000 }, (_, index) => (index * 7) % 256)

describe('a call through Twilio', () => {
  let twilio: TwilioStandIn
  let gateway: Awaited<ReturnType<typeof createTestGateway>>
  let base: string
  beforeEach(async () => {
    twilio = await createTwilioStandIn({ ...testAccount, secondMs: 20 })
    gateway = await createTestGateway({ apiBase: twilio.apiBase })
    base = await gateway.listen()
  })
  afterEach(async () => {
    await twilio.close()
    await gateway.close()
  })

  const place = (more: Partial<Parameters<TwilioStandIn['call']>[0]> = {}): TwilioCall =>
    twilio.call({
      voiceUrl: `${base}/carriers/twilio/voice`,
      statusUrl: `${base}/carriers/twilio/voice/status`,
      fallbackUrl: `${base}/carriers/twilio/voice/fallback`,
      from,
      to: ourNumber,
      audio: speech,
      ...more,
    })
  const told = () => gateway.calls.told.map(event => event.type)
  const untilTold = (...types: string[]) =>
    vi.waitFor(() => expect(told()).toEqual(types), { timeout: 20_000 })

  test('opens a stream, and audio flows byte for byte', async () => {
    const call = place()
    await call.waitFor('media', 25)
    const heard = Buffer.concat(call.log.of('media').map(({ payload }) => payload))
    expect(heard.equals(Buffer.from(speech.subarray(0, heard.length)))).toBe(true)
    expect(told()).toEqual(['media up'])
    expect(call.log.errors()).toEqual([])
  })

  test('a caller who hangs up ends the leg', async () => {
    const call = place()
    await call.waitFor('media')
    call.hangUp()
    await call.ended
    await expect.poll(() => gateway.calls.told.at(-1)).toMatchObject({ cause: 'far end hung up' })
  })

  test('our hanging up ends the call at Twilio', async () => {
    const call = place()
    await call.waitFor('media')
    const [arrival] = gateway.calls.arrivals
    await gateway.driver.hangUp({
      leg: arrival?.leg.leg ?? '',
      ending: { result: 'completed', reason: 'hung-up-by-operator' },
    })
    expect(await call.ended).toEqual({ status: 'completed', by: 'api' })
    expect(twilio.apiRequests()).toEqual([{ Status: 'completed' }])
  })

  test('an ending that is our fault is spoken', async () => {
    const call = place()
    await call.waitFor('media')
    const [arrival] = gateway.calls.arrivals
    await gateway.driver.hangUp({
      leg: arrival?.leg.leg ?? '',
      ending: { result: 'internal', reason: 'media-lost' },
    })
    expect(await call.ended).toEqual({ status: 'completed', by: 'instructions' })
    expect(call.log.said().join()).toMatch(/sorry/i)
  })

  test('a stream that breaks on our side comes back to the same call by itself', async () => {
    const call = place()
    await call.waitFor('media')
    gateway.streams.breakAll()
    await call.waitFor('stream started', 2)
    await untilTold('media up', 'media lost', 'media up')
    expect(gateway.calls.arrivals).toHaveLength(1)
    expect(twilio.apiRequests()).toEqual([])
  })

  test('a stream that breaks without Twilio noticing is brought back through the API', async () => {
    const call = place()
    await call.waitFor('media')
    call.dropStream({ unnoticed: true })
    await call.waitFor('stream started', 2)
    await untilTold('media up', 'media lost', 'media up')
    expect(twilio.apiRequests()).toEqual([
      { Url: `${base}/carriers/twilio/voice/resume#rc=5&rp=all`, Method: 'POST' },
    ])
  })

  test('a stream comes back although the connection of the webhook about it breaks', async () => {
    const call = twilio.call({ voiceUrl: `${base}/carriers/twilio/voice`, from, to: ourNumber })
    await call.waitFor('media')
    let broken = 0
    gateway.server.server.prependListener('request', request => {
      if (request.url?.endsWith('/voice/resume') && broken++ === 0) request.socket.destroy()
    })
    call.dropStream()
    await call.waitFor('stream started', 2)
    await untilTold('media up', 'media lost', 'media up')
    expect(broken).toBeGreaterThan(1)
  })

  test('a caller who hung up while nobody told us is found to be gone', async () => {
    const call = twilio.call({ voiceUrl: `${base}/carriers/twilio/voice`, from, to: ourNumber })
    await call.waitFor('media')
    call.hangUp()
    await untilTold('media up', 'media lost', 'ended')
  })

  test('an unknown number is not in service, without a stream', async () => {
    const call = place({ to: '+15559999' })
    expect(await call.ended).toEqual({ status: 'completed', by: 'instructions' })
    expect(call.log.said()).toEqual(['The number you have dialled is not in service.'])
    expect(call.log.of('stream started')).toEqual([])
  })

  test.each(['wrong', 'missing'] as const)(
    'a %s signature gets 403 everywhere, and nothing is stored',
    async signature => {
      const call = place({ signature })
      expect(await call.ended).toEqual({ status: 'failed', by: 'error' })
      expect(call.log.of('answered').map(({ status }) => status)).toEqual([403, 403, 403])
      expect([gateway.calls.arrivals, gateway.vault.stored]).toEqual([[], []])
      expect(gateway.counter.of('bad signature')).toBe(3)
    },
  )

  test.each([
    { what: 'a made-up token', misbehave: { parameters: { token: 'guess.work' } } },
    { what: 'no token', misbehave: { parameters: {} } },
    { what: "another call's id", misbehave: { startCallSid: `CA${'9'.repeat(32)}` } },
  ])(
    'a stream with $what is refused; after three tries the caller hears an apology',
    async ({ misbehave }) => {
      const call = place({ misbehave })
      expect(await call.ended).toEqual({ status: 'completed', by: 'instructions' })
      expect(call.log.said().join()).toMatch(/sorry/i)
      expect(gateway.streams.refused()).toBe(4)
      expect(gateway.counter.of('stream refused')).toBe(4)
      await untilTold('ended')
    },
  )

  test('a token that was used opens no second stream', async () => {
    const call = place()
    await call.waitFor('media')
    const connect = call.log.of('verb').find(({ verb }) => verb.verb === 'Connect')?.verb
    const token = connect?.verb === 'Connect' ? connect.stream.parameters.token : ''
    gateway.streams.media.emit(
      {
        ...{ type: 'stream started', stream: 'MZthief', carrier: 'twilio', token: token ?? '' },
        ...{ carrierCall: call.sid, carrierAccount: testAccount.accountSid },
      },
      0,
    )
    await expect.poll(() => gateway.streams.refused()).toBe(1)
    expect(told()).toEqual(['media up'])
  })
})
