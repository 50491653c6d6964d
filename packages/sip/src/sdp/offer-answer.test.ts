import { describe, expect, test } from 'vitest'
import type { AnswerResult, LocalAudio, NegotiatedAudio } from './negotiated.ts'
import { answerAudio, offerAudio, readAudioAnswer, refuseMedia } from './offer-answer.ts'
import { parseSdp } from './parse.ts'
import { serializeSdp } from './serialize.ts'
import type { SdpSession } from './session.ts'

const LOCAL: LocalAudio = {
  codecs: ['PCMU', 'PCMA'],
  address: '192.0.2.2',
  port: 40000,
  sessionId: '1',
  sessionVersion: 1,
}

function session(...lines: string[]): SdpSession {
  const parsed = parseSdp(['v=0', 'o=- 1 1 IN IP4 192.0.2.5', 's=-', ...lines].join('\r\n'))
  if (!parsed.ok) throw new Error(parsed.code)
  return parsed.session
}

const offer = (formats: string, ...attributes: string[]): SdpSession =>
  session('c=IN IP4 192.0.2.5', 't=0 0', `m=audio 7000 RTP/AVP ${formats}`, ...attributes)

const answer = (of: SdpSession, local: Partial<LocalAudio> = {}): AnswerResult =>
  answerAudio(of, { ...LOCAL, ...local })

function negotiated(of: SdpSession, local: Partial<LocalAudio> = {}): NegotiatedAudio {
  const result = answer(of, local)
  if (!result.ok) throw new Error(result.code)
  return result.negotiated
}

function text(of: SdpSession, local: Partial<LocalAudio> = {}): string[] {
  const result = answer(of, local)
  return result.ok ? serializeSdp(result.answer).trim().split('\r\n') : []
}

describe('an answer to an audio offer (RFC 3264 §6)', () => {
  test('names one codec, telephone-event, packet time and direction', () => {
    const of = offer('0 8 101', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15')
    expect(text(of)).toEqual([
      'v=0',
      'o=- 1 1 IN IP4 192.0.2.2',
      's=-',
      'c=IN IP4 192.0.2.2',
      't=0 0',
      'm=audio 40000 RTP/AVP 0 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=maxptime:60',
      'a=sendrecv',
    ])
    expect(negotiated(of)).toEqual({
      codec: { name: 'PCMU', payloadType: 0, clockRate: 8000 },
      telephoneEvent: { payloadType: 101, clockRate: 8000 },
      remote: { address: '192.0.2.5', port: 7000, rtcpPort: 7001 },
      ptime: 20,
      direction: 'sendrecv',
      rtcpMux: false,
      mediaIndex: 0,
    })
  })

  test.each<[string, SdpSession, LocalAudio['codecs'], NegotiatedAudio['codec']]>([
    [
      'static types need no rtpmap',
      offer('8'),
      ['PCMU', 'PCMA'],
      { name: 'PCMA', payloadType: 8, clockRate: 8000 },
    ],
    ['our order decides', offer('0 8'), ['PCMA', 'PCMU'], { name: 'PCMA', payloadType: 8, clockRate: 8000 }],
    [
      'encoding names ignore case',
      offer('96', 'a=rtpmap:96 pcmu/8000'),
      ['PCMU'],
      { name: 'PCMU', payloadType: 96, clockRate: 8000 },
    ],
    [
      'a static number may be mapped anew',
      offer('0', 'a=rtpmap:0 PCMA/8000'),
      ['PCMU', 'PCMA'],
      { name: 'PCMA', payloadType: 0, clockRate: 8000 },
    ],
    [
      'G722 has a clock of 8000',
      offer('9 0'),
      ['G722', 'PCMU'],
      { name: 'G722', payloadType: 9, clockRate: 8000 },
    ],
    [
      'the payload type of Opus is the peer’s',
      offer('111', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 useinbandfec=1'),
      ['opus'],
      { name: 'opus', payloadType: 111, clockRate: 48000, fmtp: 'useinbandfec=1' },
    ],
  ])('%s', (_, of, codecs, codec) => {
    expect(negotiated(of, { codecs }).codec).toEqual(codec)
  })

  test.each<[string, SdpSession, string]>([
    ['only G.729', offer('18', 'a=rtpmap:18 G729/8000'), 'sdp.no-common-codec'],
    ['no formats', offer(''), 'sdp.no-common-codec'],
    ['video only', session('c=IN IP4 192.0.2.5', 't=0 0', 'm=video 9000 RTP/AVP 31'), 'sdp.no-audio'],
    ['SRTP only', session('c=IN IP4 192.0.2.5', 't=0 0', 'm=audio 9000 RTP/SAVP 0'), 'sdp.srtp-refused'],
    [
      'DTLS-SRTP only',
      session('c=IN IP4 192.0.2.5', 't=0 0', 'm=audio 9000 UDP/TLS/RTP/SAVPF 0'),
      'sdp.no-common-transport',
    ],
    [
      'a multicast group',
      session('c=IN IP4 224.2.1.1/127', 't=0 0', 'm=audio 9000 RTP/AVP 0'),
      'sdp.multicast',
    ],
    [
      'a multicast group of IPv6',
      session('c=IN IP6 FF15::101', 't=0 0', 'm=audio 9000 RTP/AVP 0'),
      'sdp.multicast',
    ],
    ['audio switched off', session('c=IN IP4 192.0.2.5', 't=0 0', 'm=audio 0 RTP/AVP 0'), 'sdp.no-audio'],
    ['no media', session('t=0 0'), 'sdp.no-audio'],
    ['no address', session('t=0 0', 'm=audio 9000 RTP/AVP 0'), 'sdp.no-address'],
  ])('with %s is refused, to be answered 488', (_, of, code) => {
    expect(answer(of)).toEqual({ ok: false, code })
  })

  test('refuses every other m-line with port 0, in the place it had (§6)', () => {
    const of = session(
      'c=IN IP4 192.0.2.5',
      't=0 0',
      'm=video 9000 RTP/AVP 31 32',
      'm=audio 9002 RTP/SAVP 0',
      'm=audio 9004 RTP/AVP 0',
      'm=audio 9006 RTP/AVP 8',
    )
    expect(text(of).filter(line => line.startsWith('m='))).toEqual([
      'm=video 0 RTP/AVP 31',
      'm=audio 0 RTP/SAVP 0',
      'm=audio 40000 RTP/AVP 0',
      'm=audio 0 RTP/AVP 8',
    ])
    expect(negotiated(of).mediaIndex).toBe(2)
  })

  test.each<[string, SdpSession, Partial<LocalAudio>, string]>([
    ['sendonly is answered recvonly', offer('0', 'a=sendonly'), {}, 'recvonly'],
    ['recvonly is answered sendonly', offer('0', 'a=recvonly'), {}, 'sendonly'],
    ['inactive is answered inactive', offer('0', 'a=inactive'), {}, 'inactive'],
    [
      'a direction of the session counts',
      session('c=IN IP4 192.0.2.5', 't=0 0', 'a=sendonly', 'm=audio 1 RTP/AVP 0'),
      {},
      'recvonly',
    ],
    [
      'c=0.0.0.0 holds: nothing is sent',
      session('c=IN IP4 0.0.0.0', 't=0 0', 'm=audio 7000 RTP/AVP 0'),
      {},
      'recvonly',
    ],
    [
      'a direction of the media line goes before that of the session',
      session('c=IN IP4 192.0.2.5', 't=0 0', 'a=inactive', 'm=audio 1 RTP/AVP 0', 'a=sendrecv'),
      {},
      'sendrecv',
    ],
    ['c=IN IP6 :: holds', session('c=IN IP6 ::', 't=0 0', 'm=audio 7000 RTP/AVP 0'), {}, 'recvonly'],
    [
      'c=IN IP6 0:0:0:0:0:0:0:0 holds',
      session('c=IN IP6 0:0:0:0:0:0:0:0', 't=0 0', 'm=audio 7000 RTP/AVP 0'),
      {},
      'recvonly',
    ],
    [
      'a zero address of the media line holds',
      session('c=IN IP4 192.0.2.5', 't=0 0', 'm=audio 7000 RTP/AVP 0', 'c=IN IP4 0.0.0.0'),
      {},
      'recvonly',
    ],
    [
      'c=0.0.0.0 with inactive holds',
      session('c=IN IP4 0.0.0.0', 't=0 0', 'm=audio 7000 RTP/AVP 0', 'a=inactive'),
      {},
      'inactive',
    ],
    [
      'c=0.0.0.0 with sendonly holds',
      session('c=IN IP4 0.0.0.0', 't=0 0', 'm=audio 7000 RTP/AVP 0', 'a=sendonly'),
      {},
      'recvonly',
    ],
    ['our own hold narrows further', offer('0', 'a=sendrecv'), { direction: 'sendonly' }, 'sendonly'],
    ['two holds leave nothing', offer('0', 'a=sendonly'), { direction: 'sendonly' }, 'inactive'],
  ])('hold (§8.4): %s', (_, of, local, direction) => {
    expect(negotiated(of, local).direction).toBe(direction)
    expect(text(of, local)).toContain(`a=${direction}`)
  })

  test.each([
    [
      'the media line has an address of its own',
      ['c=IN IP4 192.0.2.77'],
      { address: '192.0.2.77', port: 7000, rtcpPort: 7001 },
    ],
    [
      'a=rtcp names another RTCP port (RFC 3605)',
      ['a=rtcp:7100 IN IP4 192.0.2.5'],
      { address: '192.0.2.5', port: 7000, rtcpPort: 7100 },
    ],
    [
      'a=rtcp names another host too (RFC 3605 §2.1)',
      ['a=rtcp:7100 IN IP4 192.0.2.6'],
      { address: '192.0.2.5', port: 7000, rtcpPort: 7100, rtcpAddress: '192.0.2.6' },
    ],
    [
      'the first of several connections counts (RFC 8866 §5.7)',
      ['c=IN IP4 192.0.2.77', 'c=IN IP4 192.0.2.78'],
      { address: '192.0.2.77', port: 7000, rtcpPort: 7001 },
    ],
    [
      'rtcp-mux is offered and wanted (RFC 5761)',
      ['a=rtcp-mux'],
      { address: '192.0.2.5', port: 7000, rtcpPort: 7000 },
    ],
  ])('the remote address: %s', (_, lines, remote) => {
    expect(negotiated(offer('0', ...lines), { rtcpMux: true }).remote).toEqual(remote)
  })

  test('rtcp-mux is answered only when it was offered and is wanted', () => {
    expect(text(offer('0', 'a=rtcp-mux'), { rtcpMux: true })).toContain('a=rtcp-mux')
    expect(text(offer('0', 'a=rtcp-mux'))).not.toContain('a=rtcp-mux')
    expect(text(offer('0'), { rtcpMux: true })).not.toContain('a=rtcp-mux')
  })

  test.each([
    ['a=ptime:30', 30],
    ['a=ptime:200', 60],
    ['a=ptime:0', 10],
    ['a=ptime:x', 20],
  ])('the packet time of the peer is taken within 10 to 60 ms: %s', (line, ptime) => {
    expect(negotiated(offer('0', line)).ptime).toBe(ptime)
  })

  test('the packet time is never longer than a=maxptime', () => {
    expect(negotiated(offer('0', 'a=ptime:60', 'a=maxptime:40')).ptime).toBe(40)
    expect(negotiated(offer('0', 'a=maxptime:10')).ptime).toBe(10)
  })

  test('another RTCP port of ours is named (RFC 3605)', () => {
    expect(text(offer('0'), { rtcpPort: 40007 })).toContain('a=rtcp:40007')
  })

  test('comfort noise is answered only where it is wanted (RFC 3389 §4)', () => {
    expect(text(offer('0 13'))).toContain('m=audio 40000 RTP/AVP 0')
    expect(text(offer('0 13'), { comfortNoise: true })).toContain('m=audio 40000 RTP/AVP 0 13')
    expect(negotiated(offer('0 13'), { comfortNoise: true }).comfortNoise).toEqual({
      payloadType: 13,
      clockRate: 8000,
    })
  })

  test.each(['RTP/AVP', 'RTP/AVPF', 'rtp/avp'])(
    'an offer over %s is answered over the same (RFC 4585 §3.1)',
    protocol => {
      const of = session('c=IN IP4 192.0.2.5', 't=0 0', `m=audio 7000 ${protocol} 0`)
      expect(text(of)).toContain(`m=audio 40000 ${protocol} 0`)
    },
  )

  test('an offer that switches audio off is answered with port 0 throughout (RFC 3264 §8.2)', () => {
    const of = session('c=IN IP4 192.0.2.5', 't=0 0', 'm=audio 0 RTP/AVP 0 8', 'm=video 9000 RTP/AVP 31')
    expect(refuseMedia(of, LOCAL).media.map(({ type, port }) => [type, port])).toEqual([
      ['audio', 0],
      ['video', 0],
    ])
  })

  test('telephone-event with the clock of the codec is preferred (RFC 4733 §2.1)', () => {
    const maps = [
      'a=rtpmap:111 opus/48000/2',
      'a=rtpmap:101 telephone-event/8000',
      'a=rtpmap:110 telephone-event/48000',
    ]
    expect(negotiated(offer('111 101 110', ...maps), { codecs: ['opus'] }).telephoneEvent).toEqual({
      payloadType: 110,
      clockRate: 48000,
    })
    expect(negotiated(offer('0')).telephoneEvent).toBeUndefined()
  })

  test('an IPv6 address is written as IP6', () => {
    expect(text(offer('0'), { address: '2001:db8::2' })).toContain('c=IN IP6 2001:db8::2')
  })
})

describe('an offer of ours (RFC 3264 §5)', () => {
  test('names all codecs in our order, with telephone-event', () => {
    const lines = serializeSdp(
      offerAudio({ ...LOCAL, codecs: ['opus', 'PCMA'], direction: 'sendonly' }),
    ).split('\r\n')
    expect(lines).toContain('m=audio 40000 RTP/AVP 107 8 101 110')
    expect(lines).toContain('a=rtpmap:107 opus/48000/2')
    expect(lines).toContain('a=fmtp:107 minptime=10;useinbandfec=1')
    expect(lines).toContain('a=rtpmap:110 telephone-event/48000')
    expect(lines).toContain('a=sendonly')
  })

  test('and its answer settle the same on both sides', () => {
    const ours = offerAudio(LOCAL)
    const theirs = answerAudio(ours, { ...LOCAL, codecs: ['PCMA'], address: '192.0.2.9', port: 5000 })
    if (!theirs.ok) throw new Error(theirs.code)
    const settled = readAudioAnswer(theirs.answer, LOCAL)
    expect(settled).toMatchObject({
      ok: true,
      negotiated: { codec: theirs.negotiated.codec, remote: { address: '192.0.2.9', port: 5000 } },
    })
    expect(theirs.negotiated.remote).toMatchObject({ address: '192.0.2.2', port: 40000 })
  })
})
