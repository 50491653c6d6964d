import { header, type SipResponse } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestTrunk } from './doubles.ts'
import { createTestBench, type TestBench } from './test-bench.ts'
import { sdp } from './test-call.ts'

let bench: TestBench
beforeEach(async () => {
  bench = await createTestBench()
})
afterEach(() => bench.close())

const theirKey = 'PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR'
const secured = (options?: Parameters<typeof sdp>[0]) =>
  `${sdp(options).replace('RTP/AVP', 'RTP/SAVP')}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${theirKey}\r\n`
const keyLineOf = (answer: SipResponse) =>
  /^a=crypto:.*$/m.exec(Buffer.from(answer.body).toString())?.[0].trim()

const trunkSays = (terms: Parameters<typeof createTestTrunk>[0]) => {
  bench.directory.trunk = createTestTrunk(terms)
}

/** A call whose audio is asked for and cannot be had. */
async function refusedFor(body: string): Promise<SipResponse> {
  const ringing = await bench.ring({ body })
  const opened = await bench.openMedia(ringing)
  if (opened.type !== 'failed') throw new Error(opened.type)
  await bench.hangUp(ringing, opened.ending)
  return ringing.call.answered()
}

describe('the codecs of a trunk', () => {
  test('are taken in its order', async () => {
    trunkSays({ codecs: ['G722', 'PCMA', 'PCMU'] })
    await bench.talk({ body: sdp({ codecs: '0 8 9 101' }) })
    expect(bench.media.settings('open rtp')).toMatchObject([{ codec: 'G722', payloadType: 9 }])
  })

  test('may be Opus alone, in the payload type of the offer (RFC 7587 §7)', async () => {
    trunkSays({ codecs: ['opus'] })
    const opus = 'a=rtpmap:99 opus/48000/2\r\na=rtpmap:98 telephone-event/48000\r\n'
    await bench.talk({ body: `${sdp({ codecs: '0 8 99 98' })}${opus}` })
    expect(bench.media.settings('open rtp')).toMatchObject([
      { codec: 'opus', payloadType: 99, telephoneEvent: 98 },
    ])
  })

  test('stay those of its arrival for a call that goes on, whatever becomes of the trunk', async () => {
    trunkSays({ codecs: ['PCMA'] })
    const ringing = await bench.talk()
    trunkSays({ codecs: ['PCMU'] })
    await bench.restart({ ringing, answered: true })
    await ringing.call.request('INVITE', { body: sdp({ codecs: '0 8 101' }) })
    await ringing.call.ack(await ringing.call.answered())
    expect(bench.media.settings('update rtp')).toMatchObject([{ codec: 'PCMA' }])
  })
})

describe('a call that names our account, not the number', () => {
  const account = { uri: 'sip:account@127.0.0.1' }

  test('reaches the number in To, of a trunk that registers (RFC 3261 §16.6)', async () => {
    trunkSays({ registration: { expiresS: 600 } })
    await bench.ring(account)
    expect(bench.calls.arrivals).toMatchObject([{ number: '+15550100' }])
  })

  test('is one to nobody, of a trunk that does not', async () => {
    const call = bench.call(account)
    await call.invite()
    expect((await call.answered()).status).toBe(404)
  })

  test('reaches no number of another organization', async () => {
    trunkSays({ registration: { expiresS: 600 } })
    const call = bench.call({ ...account, to: '<sip:+15550199@127.0.0.1>' })
    await call.invite()
    expect((await call.answered()).status).toBe(404)
  })
})

describe('the encryption of a trunk (RFC 4568)', () => {
  test('is settled with keys of our own, which a restart keeps', async () => {
    trunkSays({ encryption: 'required' })
    const ringing = await bench.talk({ body: secured() })
    const [opened] = bench.media.settings('open rtp')
    const keyLine = keyLineOf(ringing.call.answer!)
    expect(opened?.srtp).toMatchObject({ suite: 'AES_CM_128_HMAC_SHA1_80', remote: theirKey })
    expect(keyLine).toBe(`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${opened?.srtp?.local}`)
    await bench.restart({ ringing, answered: true })
    await ringing.call.request('INVITE', { body: secured({ direction: 'sendonly' }) })
    const answer = await ringing.call.answered()
    await ringing.call.ack(answer)
    expect(keyLineOf(answer)).toBe(keyLine)
    expect(bench.media.settings('update rtp')).toMatchObject([{ srtp: opened!.srtp!, peerHolds: true }])
  })

  test('has other keys for each call', async () => {
    trunkSays({ encryption: 'optional' })
    for (let call = 0; call < 2; call++) await bench.talk({ body: secured() })
    const [one, other] = bench.media.settings('open rtp')
    expect(one?.srtp?.local).not.toBe(other?.srtp?.local)
  })

  test('is left out by a caller who may, where it is optional', async () => {
    trunkSays({ encryption: 'optional' })
    await bench.talk()
    expect(bench.media.settings('open rtp')[0]).not.toHaveProperty('srtp')
  })

  test('is refused with the reason where it cannot be had (RFC 3261 §20.43)', async () => {
    trunkSays({ encryption: 'required' })
    const refused = await refusedFor(sdp())
    expect(refused.status).toBe(488)
    expect(header(refused, 'warning')).toBe('399 ringdown "SRTP is required"')
  })

  test('is not there for a trunk that wants none', async () => {
    const refused = await refusedFor(secured())
    expect(refused.status).toBe(488)
    expect(header(refused, 'warning')).toMatch(/^302 ringdown "/)
  })

  test('is not there for a call of before trunks had settings', async () => {
    trunkSays({ encryption: 'required' })
    const ringing = await bench.talk({ body: secured() })
    const { trunk: _, audio: __, ...before } = JSON.parse(ringing.record.data)
    const record = { ...ringing.record, data: JSON.stringify(before) }
    await bench.restart({ ringing: { ...ringing, record }, answered: true })
    await ringing.call.request('INVITE', { body: sdp({ direction: 'sendonly' }) })
    await ringing.call.ack(await ringing.call.answered())
    expect(bench.media.settings('update rtp')).toMatchObject([{ codec: 'PCMU', peerHolds: true }])
  })
})

describe('the limits of a trunk', () => {
  const refusedNow = async () => {
    const call = bench.call()
    await call.invite()
    const answer = await call.answered()
    await call.ack(answer)
    return { status: answer.status, retryAfter: header(answer, 'retry-after') }
  }

  test('are calls at the same time; one that ends makes room', async () => {
    trunkSays({ limits: { calls: 2, callsPerSecond: 500 } })
    await bench.ring()
    const talking = await bench.talk()
    expect(bench.driver().callsOf('trunk-1')).toBe(2)
    expect(await refusedNow()).toEqual({ status: 503, retryAfter: '5' })
    expect(bench.counter.of('overload')).toBe(1)
    await talking.call.request('BYE')
    await bench.settle()
    await bench.ring()
    expect(bench.calls.arrivals).toHaveLength(3)
  })

  test('count the calls of before a restart', async () => {
    trunkSays({ limits: { calls: 1, callsPerSecond: 500 } })
    const ringing = await bench.talk()
    await bench.restart({ ringing, answered: true })
    expect(bench.driver().callsOf('trunk-1')).toBe(1)
    expect((await refusedNow()).status).toBe(503)
  })

  test('are calls per second', async () => {
    trunkSays({ limits: { calls: 100, callsPerSecond: 2 } })
    await bench.ring()
    await bench.ring()
    expect(await refusedNow()).toEqual({ status: 503, retryAfter: '5' })
    bench.clock.advance(500)
    await bench.ring()
    expect(bench.calls.arrivals).toHaveLength(3)
  })

  test('hold back no request that is no new call', async () => {
    trunkSays({ limits: { calls: 1, callsPerSecond: 1 } })
    const { call } = await bench.talk()
    await call.request('INVITE', { body: sdp({ direction: 'sendonly' }) })
    expect((await call.answered()).status).toBe(200)
  })
})

test('a national number finds ours, and tells the caller’s with its country', async () => {
  const { numbers } = createTestTrunk().settings
  trunkSays({ numbers: { ...numbers, callingCode: '1', internationalPrefix: '011' } })
  await bench.ring({ uri: 'sip:5550100@127.0.0.1', from: '<sip:5550142@127.0.0.1>' })
  expect(bench.calls.arrivals).toMatchObject([{ number: '+15550100' }])
  expect(bench.directory.callers).toEqual([{ organization: 'org-1', number: '+15550142' }])
})
