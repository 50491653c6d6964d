import { header } from '@ringdown/sip'
import { afterEach, describe, expect, test } from 'vitest'
import { createTestBench, type TestBench } from './test-bench.ts'
import { sdp } from './test-call.ts'

let bench: TestBench

afterEach(() => bench.close())

/** A machine that has both versions of IP, and one that has the older alone. */
const both = (peer: string) => (peer.includes(':') ? '2001:db8::9' : '127.0.0.1')
const older = () => '127.0.0.1'

const theirs = sdp({ address: '2001:db8::5' })
const bodyOf = (message: { body: Uint8Array }) => Buffer.from(message.body).toString()

describe('an offer of an IPv6 address', () => {
  test('is answered with ours, and served there, whatever the signalling comes over (RFC 6157 §4)', async () => {
    bench = await createTestBench({ addressFor: both })
    const answer = await bench.answer(await bench.ring({ body: theirs }))
    expect(answer.status).toBe(200)
    expect(bodyOf(answer)).toContain('c=IN IP6 2001:db8::9\r\n')
    expect(bench.media.settings('open rtp')).toMatchObject([{ remote: { address: '2001:db8::5' } }])
  })

  test('is refused where we have none, with the reason, instead of silence (RFC 3261 §20.43)', async () => {
    bench = await createTestBench({ addressFor: older })
    const ringing = await bench.ring({ body: theirs })
    const opened = await bench.openMedia(ringing)
    expect(opened).toEqual({ type: 'failed', ending: { result: 'upstream', reason: 'no-common-codec' } })
    if (opened.type === 'failed') await bench.hangUp(ringing, opened.ending)
    const refused = await ringing.call.answered()
    expect(refused.status).toBe(488)
    expect(header(refused, 'warning')).toBe('301 ringdown "Incompatible network address formats"')
    expect(bench.media.commands).toEqual([])
  })

  test('in a re-INVITE moves the audio there, and back (RFC 3264 §8.3.1)', async () => {
    bench = await createTestBench({ addressFor: both })
    const { call } = await bench.talk()
    for (const [body, ours] of [
      [theirs, 'c=IN IP6 2001:db8::9\r\n'],
      [sdp(), 'c=IN IP4 127.0.0.1\r\n'],
    ] as const) {
      await call.request('INVITE', { body })
      const answer = await call.answered()
      await call.ack(answer)
      expect(bodyOf(answer)).toContain(ours)
    }
    await bench.settle()
    const remotes = bench.media.settings('update rtp').map(({ remote }) => remote.address)
    expect(remotes).toEqual(['2001:db8::5', '127.0.0.1'])
  })

  test('in a re-INVITE is refused where we have none, and the call goes on as it was (RFC 3261 §14.2)', async () => {
    bench = await createTestBench({ addressFor: older })
    const { call } = await bench.talk()
    await call.request('INVITE', { body: theirs })
    const refused = await call.answered()
    expect(refused.status).toBe(488)
    expect(header(refused, 'warning')).toMatch(/^301 /)
    expect(bench.media.settings('update rtp')).toEqual([])
    expect(bench.ended()).toEqual([])
  })

  test('is what the next control goes on with', async () => {
    bench = await createTestBench({ addressFor: both })
    const ringing = await bench.talk({ body: theirs })
    await bench.restart({ ringing, answered: true })
    await ringing.call.request('INVITE', { body: sdp({ address: '2001:db8::5', direction: 'sendonly' }) })
    expect(bodyOf(await ringing.call.answered())).toContain('c=IN IP6 2001:db8::9\r\n')
  })
})

test('a hold of the old kind, which names no address of any version, keeps the one that audio comes from (RFC 3264 §8.4)', async () => {
  bench = await createTestBench({ addressFor: both })
  const { call } = await bench.talk({ body: theirs })
  await call.request('INVITE', { body: sdp({ address: '0.0.0.0', direction: 'inactive' }) })
  expect(bodyOf(await call.answered())).toContain('c=IN IP6 2001:db8::9\r\n')
  expect(bench.media.settings('update rtp')).toMatchObject([{ remote: { address: '2001:db8::5' } }])
})

test('an answer of the other version than our offer settles nothing', async () => {
  bench = await createTestBench({ addressFor: both })
  const ringing = await bench.ring({ body: null })
  const answer = await bench.answer(ringing)
  expect(bodyOf(answer)).toContain('c=IN IP4 127.0.0.1\r\n')
  await ringing.call.ack(answer, { body: theirs })
  await bench.settle()
  expect(bench.media.settings('update rtp')).toEqual([])
})
