import { decodeUtf8, header, type SipMessage } from '@ringdown/sip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestBench as createCallingBench } from './outgoing/test-bench.ts'
import { createTestBench, type TestBench } from './test-bench.ts'
import { sdp } from './test-call.ts'

const isup =
  'Content-Type: application/isup;version=itu-t92+\r\nContent-Disposition: signal;handling=optional\r\n\r\n\x01\x10'
const place = 'Content-Type: application/pidf+xml\r\nContent-ID: <place@127.0.0.1>\r\n\r\n<presence/>'
const described = (description: string) => `Content-Type: application/sdp\r\n\r\n${description}`

/** What stands beside a description in a body of its own. */
function mixed(...parts: string[]): { body: string; contentType: string } {
  const sections = parts.map(part => `--part\r\n${part}\r\n`).join('')
  return { body: `${sections}--part--\r\n`, contentType: 'multipart/mixed;boundary=part' }
}

const bodyOf = (message: SipMessage): string => decodeUtf8(message.body)
const atPort = (port: number) => expect.objectContaining({ remote: { address: '127.0.0.1', port } })

describe('a session description among other bodies (RFC 5621 §8.1)', () => {
  let bench: TestBench
  beforeEach(async () => {
    bench = await createTestBench()
  })
  afterEach(() => bench.close())

  test.each([
    ['ISUP (RFC 3204)', [described(sdp()), isup]],
    ['a place (RFC 6442), which stands first', [place, described(sdp())]],
  ])('is the offer of an INVITE: beside %s', async (_, parts) => {
    const { call } = await bench.talk(mixed(...parts))
    expect(bodyOf(call.answer!)).toContain('m=audio ')
    expect(bench.media.settings('open rtp')).toEqual([atPort(30_000)])
  })

  test('is the offer of an INVITE that control after a restart goes on with', async () => {
    const ringing = await bench.ring(mixed(isup, described(sdp())))
    await bench.restart({ ringing, answered: false })
    await ringing.call.ack(await bench.answer(ringing))
    expect(bench.media.settings('open rtp').at(-1)).toEqual(atPort(30_000))
  })

  test.each(['INVITE', 'UPDATE'])('is the offer of a later %s, to hold', async method => {
    const { call } = await bench.talk()
    await call.request(method, mixed(isup, described(sdp({ direction: 'sendonly' }))))
    const answer = await bench.phone.response(200, method)
    if (method === 'INVITE') await call.ack(answer)
    await bench.settle()
    expect(bodyOf(answer)).toContain('a=recvonly')
    expect(bench.media.settings('update rtp').at(-1)).toMatchObject({ peerHolds: true })
  })

  test('is the answer in an ACK', async () => {
    const ringing = await bench.ring({ body: null })
    await ringing.call.ack(await bench.answer(ringing), mixed(described(sdp({ port: 30_002 })), isup))
    await bench.settle()
    expect(bench.media.settings('update rtp').at(-1)).toEqual(atPort(30_002))
  })

  test('is asked of us where there is none, though there is a body', async () => {
    const { call } = await bench.talk(mixed(isup))
    expect(bodyOf(call.answer!)).toContain('m=audio ')
  })

  test.each<[string, Parameters<TestBench['call']>[0], number]>([
    ['a part that we must understand', mixed(described(sdp()), isup.replace('optional', 'required')), 415],
    ['only other parts', mixed(place), 415],
    ['parts without end', { ...mixed(described(sdp())), body: '--part\r\n' }, 400],
    ['parts nested too deep', nested(6), 413],
  ])('is not looked for in a body with %s', async (_, options, status) => {
    const call = bench.call(options)
    await call.invite()
    expect((await call.answered()).status).toBe(status)
    expect(bench.calls.arrivals).toEqual([])
  })
})

function nested(depth: number): { body: string; contentType: string } {
  let inner = described(sdp())
  for (let level = 1; level <= depth; level++)
    inner = `Content-Type: multipart/mixed;boundary=l${level}\r\n\r\n--l${level}\r\n${inner}\r\n--l${level}--`
  return mixed(inner)
}

test('what we take is said, multipart bodies among it (RFC 3261 §20.1)', async () => {
  const bench = await createTestBench()
  const call = bench.call({ method: 'OPTIONS', body: null })
  await call.invite()
  expect(header(await call.answered(), 'accept')).toContain('application/sdp, multipart/mixed')
  await bench.close()
})

describe('who answers a call of ours', () => {
  test('describes it among other bodies, at first and later', async () => {
    const bench = await createCallingBench()
    const { farEnd } = await bench.call()
    await farEnd.answer(mixed(isup, described(sdp({ codecs: '0', port: 30_004 }))))
    await farEnd.next('ACK')
    await bench.settle()
    expect(bench.told()).toEqual(['answered'])
    expect(bench.media.settings('update rtp').at(-1)).toEqual(atPort(30_004))
    const held = await farEnd.request('INVITE', mixed(place, described(sdp({ direction: 'sendonly' }))))
    expect(bodyOf(held)).toContain('a=recvonly')
    await bench.close()
  })
})
