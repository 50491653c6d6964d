import { describe, expect, it } from 'vitest'
import {
  type AudioPolicy,
  keeping,
  plainG711,
  readAnswer,
  readOffer,
  warningsOf,
  writeAnswer,
} from './audio.ts'
import { sdp } from './test-call.ts'

const ours = 'b'.repeat(40)
const theirs = 'PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR'
const end = { address: '192.0.2.2', port: 40_000, sessionId: '1', sessionVersion: 1 }
const secured: AudioPolicy = {
  codecs: ['G722', 'PCMU'],
  srtp: { policy: 'required', keys: [{ suite: 'AES_CM_128_HMAC_SHA1_80', key: ours }] },
}

const offer = (...lines: string[]) =>
  Buffer.from(
    ['v=0', 'o=- 1 1 IN IP4 192.0.2.5', 's=-', 'c=IN IP4 192.0.2.5', 't=0 0', ...lines].join('\r\n'),
  )
const keyLine = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${theirs}|2^20|1:4`

describe('what a trunk’s calls agree on', () => {
  it('is G.711 over plain RTP where the trunk says nothing else', () => {
    expect(readOffer(offer('m=audio 7000 RTP/AVP 9 8'), plainG711)).toMatchObject({ codec: 'PCMA' })
    expect(readOffer(offer('m=audio 7000 RTP/SAVP 0', keyLine), plainG711)).toBeUndefined()
  })

  it('is the first of the trunk’s codecs that is offered, and stays what it was in a re-INVITE', () => {
    const both = offer('m=audio 7000 RTP/AVP 0 9')
    expect(readOffer(both, { codecs: ['G722', 'PCMU'] })).toMatchObject({ codec: 'G722', payloadType: 9 })
    expect(readOffer(both, keeping({ codecs: ['G722', 'PCMU'] }, 'PCMU'))).toMatchObject({ codec: 'PCMU' })
    expect(keeping(plainG711, 'opus')).toBe(plainG711)
  })

  it('hands the keys of both sides to the worker, and ours to the peer (RFC 4568 §5.1.2)', () => {
    const secure = offer('m=audio 7000 RTP/SAVP 0', keyLine)
    expect(readOffer(secure, secured)?.srtp).toEqual({
      suite: 'AES_CM_128_HMAC_SHA1_80',
      local: ours,
      remote: theirs,
      remoteMki: { value: 1, length: 4 },
    })
    expect(writeAnswer(secure, end, secured)).toContain(
      `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${ours}\r\n`,
    )
  })

  it('is nothing where SRTP is required and not offered', () => {
    expect(readOffer(offer('m=audio 7000 RTP/AVP 0'), secured)).toBeUndefined()
  })

  it('is as long in every packet as the peer asks for (a=ptime), where that is not 20 ms', () => {
    const asking = (line: string) => readOffer(offer('m=audio 7000 RTP/AVP 0', line), plainG711)
    expect(asking('a=ptime:60')).toMatchObject({ ptime: 60 })
    expect(asking('a=ptime:200')).toMatchObject({ ptime: 60 })
    expect(asking('a=ptime:20')).not.toHaveProperty('ptime')
  })

  it('has RTCP on the RTP port where the peer offers that (RFC 5761 §5.1.1), and not otherwise', () => {
    const muxed = offer('m=audio 7000 RTP/AVP 0', 'a=rtcp-mux')
    expect(readOffer(muxed, plainG711)).toMatchObject({ rtcpMux: true })
    expect(writeAnswer(muxed, end, plainG711)).toContain('a=rtcp-mux\r\n')
    const plain = offer('m=audio 7000 RTP/AVP 0')
    expect(readOffer(plain, plainG711)).not.toHaveProperty('rtcpMux')
    expect(writeAnswer(plain, end, plainG711)).not.toContain('a=rtcp-mux')
  })

  it('may be any codec of an answer that names several, whose first we send (RFC 3264 §6.1)', () => {
    expect(readAnswer(offer('m=audio 7000 RTP/AVP 8 0'), plainG711)).toMatchObject({
      codec: 'PCMA',
      alternatives: [{ codec: 'PCMU', payloadType: 0 }],
    })
  })

  it('names the RTCP port of the peer where it is another than the next (RFC 3605)', () => {
    expect(readOffer(offer('m=audio 7000 RTP/AVP 0', 'a=rtcp:7009'), plainG711)).toMatchObject({
      remoteRtcpPort: 7009,
    })
  })
})

describe('the address of an offer', () => {
  const remoteOf = (address: string) => readOffer(Buffer.from(sdp({ address })), plainG711)?.remote.address

  it.each([
    ['2001:DB8:0:0::0:5', '2001:db8::5'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['::ffff:192.0.2.5', '192.0.2.5'],
    ['::FFFF:C000:205', '192.0.2.5'],
    ['192.0.2.5', '192.0.2.5'],
  ])('%s is known as sockets spell it: %s', (address, plain) => {
    expect(remoteOf(address)).toBe(plain)
  })

  it.each(['media.example.com', 'fe80::1', '2001:db8::5::1'])('%s leads nowhere', address => {
    expect(remoteOf(address)).toBeUndefined()
  })

  it('is what it is refused for where we have none of its version of IP (RFC 3261 §20.43)', () => {
    const six = Buffer.from(sdp({ address: '2001:db8::5' }))
    const warning = { name: 'Warning', value: '301 ringdown "Incompatible network address formats"' }
    expect(warningsOf(six, plainG711, () => false)).toEqual([warning])
    expect(warningsOf(six, plainG711, () => true)).toEqual([])
  })
})
