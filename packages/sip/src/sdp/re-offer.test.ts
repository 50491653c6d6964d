import { describe, expect, test } from 'vitest'
import { nextDescription } from './describe.ts'
import type { LocalAudio } from './negotiated.ts'
import { answerAudio, offerAudio, readAudioAnswer } from './offer-answer.ts'
import { parseSdp } from './parse.ts'
import { sdpRefusal, warningHeader } from './refusal.ts'
import { serializeSdp } from './serialize.ts'
import type { SdpErrorCode, SdpSession } from './session.ts'

const LOCAL: LocalAudio = {
  codecs: ['opus', 'PCMU', 'PCMA'],
  address: '192.0.2.2',
  port: 40000,
  sessionId: '1',
  sessionVersion: 1,
}

function session(...lines: string[]): SdpSession {
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.5', 's=-', 'c=IN IP4 192.0.2.5', 't=0 0']
  const parsed = parseSdp([...head, ...lines].join('\r\n'))
  if (!parsed.ok) throw new Error(parsed.code)
  return parsed.session
}

const mediaOf = (of: SdpSession): string[] =>
  serializeSdp(of)
    .split('\r\n')
    .filter(line => line.startsWith('m='))

function answered(of: SdpSession): SdpSession {
  const result = answerAudio(of, LOCAL)
  if (!result.ok) throw new Error(result.code)
  return result.answer
}

describe('a further offer of ours (RFC 3264 §8)', () => {
  const first = answered(
    session('m=video 9000 RTP/AVP 31', 'm=audio 7000 RTP/AVP 111', 'a=rtpmap:111 opus/48000/2'),
  )

  test('has a line for every line that there was, in its place', () => {
    expect(mediaOf(offerAudio(LOCAL, first))).toEqual([
      'm=video 0 RTP/AVP 31',
      'm=audio 40000 RTP/AVP 111 0 8 101 110',
    ])
  })

  test('lets no payload type change its meaning (§8.3.2)', () => {
    const odd = answered(session('m=audio 7000 RTP/AVP 101', 'a=rtpmap:101 opus/48000/2'))
    const text = serializeSdp(offerAudio(LOCAL, odd)).split('\r\n')
    expect(text).toContain('a=rtpmap:101 opus/48000/2')
    expect(text).toContain('a=rtpmap:96 telephone-event/8000')
  })

  test('may use a line again that was switched off (§8.1)', () => {
    const off = { ...first, media: first.media.map(line => ({ ...line, port: 0 })) }
    expect(mediaOf(offerAudio({ ...LOCAL, codecs: ['PCMU'] }, off))[1]).toBe('m=audio 40000 RTP/AVP 0 101')
  })
})

describe('the version of our descriptions (RFC 3264 §8)', () => {
  const first = offerAudio(LOCAL)

  test('stays when nothing changed, whatever number the new one brings', () => {
    expect(nextDescription(first, offerAudio({ ...LOCAL, sessionVersion: 9 }))).toBe(first)
  })

  test('stays when the last was read back from text', () => {
    const parsed = parseSdp(serializeSdp(first))
    if (!parsed.ok) throw new Error(parsed.code)
    expect(nextDescription(parsed.session, first).origin.sessionVersion).toBe('1')
  })

  test('grows by one when anything changed', () => {
    const held = nextDescription(first, offerAudio({ ...LOCAL, direction: 'sendonly' }))
    expect(held.origin.sessionVersion).toBe('2')
    expect(nextDescription(held, first).origin.sessionVersion).toBe('3')
  })

  test('may be longer than 53 bits (RFC 8866 §5.2)', () => {
    const last = { ...first, origin: { ...first.origin, sessionVersion: '18446744073709551615' } }
    expect(nextDescription(last, offerAudio({ ...LOCAL, port: 40002 })).origin.sessionVersion).toBe(
      '18446744073709551616',
    )
  })
})

describe('an answer to our offer (RFC 3264 §6)', () => {
  const settle = (of: SdpSession) => readAudioAnswer(of, LOCAL)

  test('is followed in its own order, and may change the codec', () => {
    expect(settle(session('m=audio 7000 RTP/AVP 8 0'))).toMatchObject({
      ok: true,
      negotiated: { codec: { name: 'PCMA' }, alternatives: [{ name: 'PCMU' }] },
    })
    expect(settle(session('m=audio 7000 RTP/AVP 0'))).toMatchObject({
      ok: true,
      negotiated: { codec: { name: 'PCMU' } },
    })
  })

  test('to an offer with several lines is read at the place of the audio', () => {
    const offered = offerAudio(LOCAL, session('m=video 0 RTP/AVP 31', 'm=audio 7000 RTP/AVP 0'))
    const answer = session('m=video 0 RTP/AVP 31', 'm=audio 7000 RTP/AVP 0')
    expect(readAudioAnswer(answer, LOCAL, offered)).toMatchObject({ ok: true, negotiated: { mediaIndex: 1 } })
  })

  test.each<[string, SdpSession, SdpErrorCode]>([
    [
      'more lines than the offer',
      session('m=audio 7000 RTP/AVP 0', 'm=video 0 RTP/AVP 31'),
      'sdp.answer-mismatch',
    ],
    ['no lines', session(), 'sdp.answer-mismatch'],
    ['another medium', session('m=video 7000 RTP/AVP 31'), 'sdp.answer-mismatch'],
    ['the audio refused', session('m=audio 0 RTP/AVP 0'), 'sdp.no-audio'],
    ['a codec that we did not offer', session('m=audio 7000 RTP/AVP 9'), 'sdp.no-common-codec'],
  ])('with %s settles nothing', (_, of, code) => {
    expect(settle(of)).toEqual({ ok: false, code })
  })
})

describe('a description that cannot be used is answered (RFC 3261 §21.4)', () => {
  test.each<[SdpErrorCode, number, string | undefined]>([
    ['sdp.syntax', 400, undefined],
    ['sdp.too-large', 413, undefined],
    ['sdp.no-audio', 488, '304 edge.example "Media type not available"'],
    ['sdp.no-common-codec', 488, '305 edge.example "Incompatible media format"'],
    ['sdp.no-common-transport', 488, '302 edge.example "Incompatible transport protocol"'],
    ['sdp.no-address', 488, '301 edge.example "Incompatible network address formats"'],
    ['sdp.multicast', 488, '330 edge.example "Multicast not available"'],
    ['sdp.no-common-crypto', 488, '399 edge.example "No usable crypto attribute"'],
    ['sdp.srtp-required', 488, '399 edge.example "SRTP is required"'],
    ['sdp.srtp-refused', 488, '302 edge.example "Incompatible transport protocol"'],
    ['sdp.answer-mismatch', 488, '399 edge.example "Answer does not match the offer"'],
  ])('%s with %i', (code, status, warning) => {
    expect(sdpRefusal(code).status).toBe(status)
    expect(warningHeader(code, 'edge.example')?.value).toBe(warning)
  })
})
