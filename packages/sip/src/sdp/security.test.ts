import { describe, expect, test } from 'vitest'
import type { SrtpKey } from './crypto.ts'
import type { LocalAudio } from './negotiated.ts'
import { answerAudio, offerAudio, readAudioAnswer } from './offer-answer.ts'
import { parseSdp } from './parse.ts'
import { serializeSdp } from './serialize.ts'
import type { SdpSession } from './session.ts'

const OURS = 'b'.repeat(40)
const THEIRS = 'PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR'
const KEYS: SrtpKey[] = [
  { suite: 'AEAD_AES_256_GCM', key: `${'c'.repeat(59)}=` },
  { suite: 'AES_CM_128_HMAC_SHA1_80', key: OURS },
]
const LOCAL: LocalAudio = {
  codecs: ['PCMU'],
  address: '192.0.2.2',
  port: 40000,
  sessionId: '1',
  sessionVersion: 1,
}
const required: LocalAudio = { ...LOCAL, srtp: { policy: 'required', keys: KEYS } }
const optional: LocalAudio = { ...LOCAL, srtp: { policy: 'optional', keys: KEYS } }

function session(...lines: string[]): SdpSession {
  const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.5', 's=-', 'c=IN IP4 192.0.2.5', 't=0 0']
  const parsed = parseSdp([...head, ...lines].join('\r\n'))
  if (!parsed.ok) throw new Error(parsed.code)
  return parsed.session
}

const crypto80 = `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${THEIRS}|2^20`
const crypto32 = `a=crypto:7 AES_CM_128_HMAC_SHA1_32 inline:${THEIRS}`
const open80 = `${crypto80} UNENCRYPTED_SRTP`
const PLAIN = 'm=audio 7000 RTP/AVP 0'
const SECURE = 'm=audio 7000 RTP/SAVP 0'

type Outcome = 'plain' | 'srtp' | string

function outcome(of: SdpSession, local: LocalAudio): Outcome {
  const result = answerAudio(of, local)
  if (!result.ok) return result.code
  return result.negotiated.srtp === undefined ? 'plain' : 'srtp'
}

describe('protection of an offer under a trunk’s policy', () => {
  test.each<[string, SdpSession, { none: Outcome; optional: Outcome; required: Outcome }]>([
    ['plain RTP', session(PLAIN), { none: 'plain', optional: 'plain', required: 'sdp.srtp-required' }],
    ['SRTP', session(SECURE, crypto80), { none: 'sdp.srtp-refused', optional: 'srtp', required: 'srtp' }],
    [
      'SRTP with feedback (RFC 5124)',
      session('m=audio 7000 RTP/SAVPF 0', crypto80),
      { none: 'sdp.srtp-refused', optional: 'srtp', required: 'srtp' },
    ],
    [
      'keys on the plain profile (RFC 8643 §3.1)',
      session(PLAIN, crypto80),
      { none: 'plain', optional: 'srtp', required: 'srtp' },
    ],
    [
      'a secure line without keys',
      session(SECURE),
      { none: 'sdp.srtp-refused', optional: 'sdp.no-common-crypto', required: 'sdp.no-common-crypto' },
    ],
    [
      'a secure line in the clear (RFC 4568 §6.3.2)',
      session(SECURE, open80),
      { none: 'sdp.srtp-refused', optional: 'sdp.no-common-crypto', required: 'sdp.no-common-crypto' },
    ],
    [
      'a suite that we were not told to use',
      session(SECURE, crypto32),
      { none: 'sdp.srtp-refused', optional: 'sdp.no-common-crypto', required: 'sdp.no-common-crypto' },
    ],
    [
      'both, the plain line first',
      session(PLAIN, SECURE, crypto80),
      { none: 'plain', optional: 'srtp', required: 'srtp' },
    ],
  ])('%s', (_, of, expected) => {
    expect({
      none: outcome(of, LOCAL),
      optional: outcome(of, optional),
      required: outcome(of, required),
    }).toEqual(expected)
  })

  test('the answer carries the tag of the line chosen, in the order of the offer, and our key (§5.1.2)', () => {
    const result = answerAudio(session(SECURE, crypto32, crypto80), required)
    const text = result.ok ? serializeSdp(result.answer).split('\r\n') : []
    expect(text).toContain('m=audio 40000 RTP/SAVP 0')
    expect(text.filter(line => line.startsWith('a=crypto'))).toEqual([
      `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${OURS}`,
    ])
    expect(result.ok && result.negotiated.srtp).toEqual({
      suite: 'AES_CM_128_HMAC_SHA1_80',
      tag: 1,
      local: KEYS[1],
      remote: { suite: 'AES_CM_128_HMAC_SHA1_80', key: THEIRS },
    })
  })
})

describe('protection of an offer of ours', () => {
  test.each([
    ['required', required, 'm=audio 40000 RTP/SAVP 0 101', 2],
    ['optional (RFC 8643 §3.1)', optional, 'm=audio 40000 RTP/AVP 0 101', 2],
    ['none', LOCAL, 'm=audio 40000 RTP/AVP 0 101', 0],
  ])('%s', (_, local, line, keys) => {
    const text = serializeSdp(offerAudio(local)).split('\r\n')
    expect(text).toContain(line)
    expect(text.filter(attribute => attribute.startsWith('a=crypto'))).toHaveLength(keys)
  })

  const inAnswer = (tag: number) => `a=crypto:${tag} AES_CM_128_HMAC_SHA1_80 inline:${THEIRS}`
  test.each<[string, string[], Outcome]>([
    ['the suite and tag that we offered', [SECURE, inAnswer(2)], 'srtp'],
    ['a tag that we did not offer', [SECURE, inAnswer(3)], 'sdp.no-common-crypto'],
    ['the tag of another suite', [SECURE, inAnswer(1)], 'sdp.no-common-crypto'],
    ['two lines (RFC 4568 §5.1.3)', [SECURE, inAnswer(2), inAnswer(3)], 'sdp.no-common-crypto'],
    ['no key on the secure profile', [SECURE], 'sdp.no-common-crypto'],
    ['plain RTP', [PLAIN], 'sdp.srtp-required'],
  ])('an answer with %s', (_, lines, expected) => {
    const result = readAudioAnswer(session(...lines), required)
    expect(result.ok ? (result.negotiated.srtp === undefined ? 'plain' : 'srtp') : result.code).toBe(expected)
  })

  test('and its answer settle the same keys on both sides', () => {
    const peer: LocalAudio = {
      ...LOCAL,
      srtp: { policy: 'optional', keys: [{ suite: 'AES_CM_128_HMAC_SHA1_80', key: THEIRS }] },
    }
    const answered = answerAudio(offerAudio(required), peer)
    if (!answered.ok) throw new Error(answered.code)
    const settled = readAudioAnswer(answered.answer, required)
    expect(settled.ok && settled.negotiated.srtp).toMatchObject({
      local: { key: OURS },
      remote: { key: THEIRS },
    })
    expect(answered.negotiated.srtp).toMatchObject({ local: { key: THEIRS }, remote: { key: OURS } })
  })
})
