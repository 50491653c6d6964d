import { readTwiml } from '@ringdown/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestClock } from '../../legs/stream/doubles.ts'
import { signatureOf } from './signature.ts'
import { createTestGateway, otherAccount, ourNumber, testAccount } from './test-gateway.ts'

const callSid = `CA${'a'.repeat(32)}`
const caller = '+15559876543'
const usual = { AccountSid: testAccount.accountSid, CallSid: callSid, To: ourNumber, From: caller }

describe('the webhooks of a Twilio number', () => {
  let gateway: Awaited<ReturnType<typeof createTestGateway>>
  let clock: ReturnType<typeof createTestClock>
  beforeEach(async () => {
    clock = createTestClock()
    gateway = await createTestGateway({ clock })
  })
  afterEach(() => gateway.close())

  async function post(
    path: string,
    parameters: Record<string, string> = usual,
    { authToken = testAccount.authToken, headers = {} }: { authToken?: string; headers?: object } = {},
  ) {
    const form = new URLSearchParams(parameters)
    const url = `http://gateway.test${path}`
    const response = await gateway.server.inject({
      method: 'POST',
      url: path,
      headers: {
        host: 'gateway.test',
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signatureOf({ authToken, url, form }),
        ...headers,
      },
      payload: form.toString(),
    })
    return { status: response.statusCode, body: response.body, type: response.headers['content-type'] }
  }
  const voice = (change: Record<string, string> = {}) =>
    post('/carriers/twilio/voice', { ...usual, ...change })
  const verbsOf = (response: { body: string }) => readTwiml(response.body)
  const tokenOf = (response: { body: string }) => {
    const [connect] = verbsOf(response)
    return connect?.verb === 'Connect' ? connect.stream.parameters.token : undefined
  }

  test('a call to a known number is journaled and answered with a stream and a way back', async () => {
    const response = await voice()
    expect(response).toMatchObject({ status: 200, type: 'text/xml; charset=utf-8' })
    expect(verbsOf(response)).toEqual([
      {
        verb: 'Connect',
        stream: {
          url: 'ws://gateway.test/carriers/twilio/stream/worker-0',
          parameters: { token: expect.stringMatching(/\.[A-Za-z0-9_-]{43}$/) },
        },
      },
      { verb: 'Redirect', url: 'http://gateway.test/carriers/twilio/voice/resume#rc=5&rp=all' },
    ])
    expect(gateway.calls.arrivals).toMatchObject([
      { organization: 'organization-0', number: ourNumber, queue: 'queue-0', caller: 'caller-1' },
    ])
  })

  test("the caller's number goes into the vault and nowhere else", async () => {
    const response = await voice()
    expect(gateway.vault.stored).toEqual([{ organization: 'organization-0', number: caller }])
    expect(JSON.stringify([gateway.calls.arrivals, gateway.calls.told, response])).not.toContain('9876543')
  })

  test('what Twilio proved about the caller comes with the call, and nothing about one who withholds the number', async () => {
    const ids = ['a', 'b', 'c'].map(letter => `CA${letter.repeat(32)}`)
    await voice({ CallSid: ids[0]!, StirVerstat: 'TN-Validation-Passed-B' })
    await voice({ CallSid: ids[1]! })
    // "ANONYMOUS" on a telephone's keys.
    await voice({ CallSid: ids[2]!, From: '+266696687', StirVerstat: 'TN-Validation-Passed-A' })
    expect(gateway.calls.arrivals.map(({ identity }) => identity)).toEqual(['B', null, null])
  })

  test('a caller who withholds the number is taken like any other', async () => {
    await voice({ From: '' })
    await voice({ From: 'anonymous', CallSid: `CA${'b'.repeat(32)}` })
    expect(gateway.vault.stored.map(({ number }) => number)).toEqual([null, 'anonymous'])
    expect(gateway.calls.arrivals).toHaveLength(2)
  })

  test('behind a proxy, addresses and signatures are those of RINGDOWN_PUBLIC_URL', async () => {
    await gateway.close()
    gateway = await createTestGateway({ publicUrl: 'https://ring.example/switch/' })
    const form = new URLSearchParams(usual)
    const url = 'https://ring.example/switch/carriers/twilio/voice'
    const signature = signatureOf({ ...testAccount, url, form })
    const response = await post('/carriers/twilio/voice', usual, {
      headers: { 'x-twilio-signature': signature },
    })
    expect(verbsOf(response)).toMatchObject([
      { stream: { url: 'wss://ring.example/switch/carriers/twilio/stream/worker-0' } },
      { url: 'https://ring.example/switch/carriers/twilio/voice/resume#rc=5&rp=all' },
    ])
  })

  test.each([
    { to: '+15559999', why: 'unknown' },
    { to: '+15550101', why: 'out of service' },
    { to: 'sip:someone@example.test', why: 'no number' },
  ])('a number that is $why is not in service: said, hung up, nothing stored', async ({ to }) => {
    const response = await voice({ To: to })
    expect(verbsOf(response).map(({ verb }) => verb)).toEqual(['Say', 'Hangup'])
    expect(response.body).toContain('not in service')
    expect([gateway.vault.stored, gateway.calls.arrivals]).toEqual([[], []])
  })

  test("an account cannot bring calls to another organization's number", async () => {
    const response = await post(
      '/carriers/twilio/voice',
      { ...usual, AccountSid: otherAccount.accountSid },
      { authToken: otherAccount.authToken },
    )
    expect(response.body).toContain('not in service')
  })

  test('the same announcement again is the same call with the same token', async () => {
    const first = await voice()
    const again = await voice()
    expect(tokenOf(again)).toBe(tokenOf(first))
    expect(gateway.calls.arrivals).toHaveLength(1)
  })

  test('two announcements at once are one call', async () => {
    const [one, other] = await Promise.all([voice(), voice()])
    expect(tokenOf(one)).toBe(tokenOf(other))
    expect([gateway.calls.arrivals.length, gateway.vault.stored.length]).toEqual([1, 1])
  })

  test('a late announcement of a call that is over makes no new one', async () => {
    await voice()
    await post('/carriers/twilio/voice/status', { ...usual, CallStatus: 'completed' })
    expect(verbsOf(await voice())).toEqual([{ verb: 'Hangup' }])
    expect(gateway.calls.arrivals).toHaveLength(1)
  })

  test.each(['gateway.stopping', 'gateway.database-away'] as const)(
    'when calls refuses with %s, the caller hears an apology',
    async code => {
      gateway.calls.refuseWith(code)
      const response = await voice()
      expect(verbsOf(response).map(({ verb }) => verb)).toEqual(['Say', 'Hangup'])
      expect(gateway.counter.of('apology')).toBe(1)
      gateway.calls.refuseWith(null)
      expect(tokenOf(await voice())).toBeDefined()
    },
  )

  test('a stream that is over is asked for again, with a new token', async () => {
    const first = tokenOf(await voice())
    clock.advance(1_000)
    const second = tokenOf(await post('/carriers/twilio/voice/resume'))
    expect(second).toBeDefined()
    expect(second).not.toBe(first)
  })

  test('after three tries the caller hears an apology, and the leg has ended', async () => {
    await voice()
    for (let round = 0; round < 3; round++) {
      clock.advance(1_000)
      expect(tokenOf(await post('/carriers/twilio/voice/resume'))).toBeDefined()
    }
    const last = await post('/carriers/twilio/voice/resume')
    expect(verbsOf(last).map(({ verb }) => verb)).toEqual(['Say', 'Hangup'])
    expect(gateway.calls.told).toMatchObject([{ type: 'ended', cause: 'stream never came' }])
  })

  test('resuming a call that is over, or never was, hangs up', async () => {
    expect(verbsOf(await post('/carriers/twilio/voice/resume'))).toEqual([{ verb: 'Hangup' }])
  })

  test('resuming before the calls of an earlier control were taken up comes back, with an end', async () => {
    gateway.setRecovered(false)
    expect(verbsOf(await post('/carriers/twilio/voice/resume'))).toEqual([
      { verb: 'Pause', seconds: 2 },
      { verb: 'Redirect', url: 'http://gateway.test/carriers/twilio/voice/resume?comeback=1#rc=5&rp=all' },
    ])
    const last = await post('/carriers/twilio/voice/resume?comeback=15')
    expect(verbsOf(last).map(({ verb }) => verb)).toEqual(['Say', 'Hangup'])
  })

  test("another account does not reach this account's call", async () => {
    await voice()
    const foreign = { ...usual, AccountSid: otherAccount.accountSid, CallStatus: 'completed' }
    const { authToken } = otherAccount
    await post('/carriers/twilio/voice/status', foreign, { authToken })
    expect(verbsOf(await post('/carriers/twilio/voice/resume', foreign, { authToken }))).toEqual([
      { verb: 'Hangup' },
    ])
    expect(gateway.calls.told).toEqual([])
  })

  test.each([
    { status: 'completed', told: [{ type: 'ended', cause: 'far end hung up' }] },
    { status: 'busy', told: [{ type: 'ended', cause: 'carrier ended' }] },
    { status: 'failed', told: [{ type: 'ended', cause: 'carrier ended' }] },
    { status: 'no-answer', told: [{ type: 'ended', cause: 'carrier ended' }] },
    { status: 'canceled', told: [{ type: 'ended', cause: 'carrier ended' }] },
    { status: 'in-progress', told: [] },
    { status: 'made-up', told: [] },
  ])('the status $status tells calls $told', async ({ status, told }) => {
    await voice()
    const response = await post('/carriers/twilio/voice/status', { ...usual, CallStatus: status })
    expect(response.status).toBe(204)
    expect(gateway.calls.told).toMatchObject(told)
  })

  test('while the database is away, the fallback apologizes to signed requests', async () => {
    gateway.directory.goAway()
    const response = await post('/carriers/twilio/voice/fallback')
    expect(verbsOf(response).map(({ verb }) => verb)).toEqual(['Say', 'Hangup'])
  })

  test('while the database is away, unsigned and unknown requests still get 403', async () => {
    gateway.directory.goAway()
    const unsigned = { headers: { 'x-twilio-signature': 'wrong' } }
    expect((await post('/carriers/twilio/voice/fallback', usual, unsigned)).status).toBe(403)
    const stranger = { ...usual, AccountSid: `AC${'9'.repeat(32)}` }
    expect((await post('/carriers/twilio/voice/fallback', stranger)).status).toBe(403)
  })

  test('while the database is away, a new call hears an apology and nothing breaks', async () => {
    gateway.directory.goAway()
    expect(verbsOf(await voice()).map(({ verb }) => verb)).toEqual(['Say', 'Hangup'])
  })

  test('the fallback of a call that lives brings it back', async () => {
    await voice()
    clock.advance(1_000)
    expect(tokenOf(await post('/carriers/twilio/voice/fallback'))).toBeDefined()
  })

  const paths = ['voice', 'voice/resume', 'voice/status', 'voice/fallback']
  const refusals = [
    {
      what: 'no signature',
      status: 403,
      code: 'carrier.bad-signature',
      headers: { 'x-twilio-signature': '' },
    },
    { what: 'a wrong signature', status: 403, code: 'carrier.bad-signature', authToken: 'guessed' },
    {
      what: 'an unknown account',
      status: 403,
      code: 'carrier.unknown-account',
      change: { AccountSid: `AC${'9'.repeat(32)}` },
    },
    { what: 'no account', status: 400, code: 'request.malformed', change: { AccountSid: '' } },
    {
      what: 'an account that is none',
      status: 400,
      code: 'request.malformed',
      change: { AccountSid: "AC' OR 1=1" },
    },
    { what: 'no call', status: 400, code: 'request.malformed', change: { CallSid: '' } },
    { what: 'a call that is none', status: 400, code: 'request.malformed', change: { CallSid: 'CA../../x' } },
    { what: 'a giant parameter', status: 400, code: 'request.malformed', change: { From: '1'.repeat(257) } },
    { what: 'a host that is none', status: 400, code: 'request.malformed', headers: { host: 'a b"<' } },
  ]
  const table = paths.flatMap(path => refusals.map(refusal => ({ path, change: {}, ...refusal })))
  test.each(table)('/$path refuses $what with $status and stores nothing', async row => {
    const response = await post(`/carriers/twilio/${row.path}`, { ...usual, ...row.change }, row)
    expect(response.status).toBe(row.status)
    expect(JSON.parse(response.body).error.code).toBe(row.code)
    expect([gateway.vault.stored, gateway.calls.arrivals, gateway.calls.told]).toEqual([[], [], []])
    expect(response.body).not.toContain('9876543')
  })

  test.each([
    { what: 'broken percent-encoding', payload: 'AccountSid=%zz', status: 400 },
    { what: 'an invalid character', payload: 'AccountSid=%ff', status: 400 },
    { what: 'too many parameters', payload: 'a=1&'.repeat(300), status: 400 },
    { what: 'nothing', payload: '', status: 400 },
    { what: 'more than 64 kB', payload: `a=${'x'.repeat(70_000)}`, status: 413 },
    { what: 'JSON', payload: '{}', type: 'application/json', status: 400 },
    { what: 'an unknown type', payload: 'x', type: 'image/png', status: 400 },
  ])('a body with $what is refused with $status and counted', async ({ payload, status, type }) => {
    const response = await gateway.server.inject({
      method: 'POST',
      url: '/carriers/twilio/voice',
      headers: { host: 'gateway.test', 'content-type': type ?? 'application/x-www-form-urlencoded' },
      payload,
    })
    expect(response.statusCode).toBe(status)
    expect(response.json().error.code).toMatch(/^request\./)
    expect(gateway.counter.of('malformed request')).toBe(1)
  })
})
