import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../message/utf8.ts'
import { parseSdp } from './parse.ts'
import { serializeSdp } from './serialize.ts'

const FULL = [
  'v=0',
  'o=jdoe 2890844526 2890842807 IN IP4 192.0.2.5',
  's=SDP Seminar',
  'i=A Seminar',
  'c=IN IP4 192.0.2.17',
  'b=CT:128',
  't=0 0',
  'a=tool:x',
  'm=audio 49170/2 RTP/SAVP 0 101',
  'i=voice',
  'c=IN IP6 2001:db8::1',
  'b=AS:64',
  'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR|2^20|1:32',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=sendrecv',
  'm=video 0 RTP/AVP 31',
  '',
].join('\r\n')

const MINIMAL = ['v=0', 'o=- 1 1 IN IP4 192.0.2.5', 's=-', 't=0 0']

describe('a session description (RFC 8866)', () => {
  test('is written as it was read, unknown attributes included', () => {
    const parsed = parseSdp(encodeUtf8(FULL))
    expect(parsed.ok && serializeSdp(parsed.session)).toBe(FULL)
  })

  test('is read into its parts', () => {
    expect(parseSdp(FULL)).toMatchObject({
      ok: true,
      session: {
        origin: { username: 'jdoe', sessionId: '2890844526', addressType: 'IP4', address: '192.0.2.5' },
        connection: { addressType: 'IP4', address: '192.0.2.17' },
        media: [
          { type: 'audio', port: 49170, portCount: 2, protocol: 'RTP/SAVP', formats: ['0', '101'] },
          { type: 'video', port: 0 },
        ],
      },
    })
  })

  test('may end its lines with LF only', () => {
    expect(parseSdp(FULL.replaceAll('\r\n', '\n'))).toEqual(parseSdp(FULL))
  })

  test.each([
    ['is empty', ''],
    ['is no SDP', '{"type":"offer"}'],
    ['has another version', 'v=1'],
    ['has no origin', 'v=0\r\ns=-'],
    ['has an origin without address', 'v=0\r\no=- 1 1'],
    ['has a line without equals sign', [...MINIMAL, 'nonsense'].join('\r\n')],
    ['has a port out of range', [...MINIMAL, 'm=audio 70000 RTP/AVP 0'].join('\r\n')],
    ['has a negative port', [...MINIMAL, 'm=audio -1 RTP/AVP 0'].join('\r\n')],
    ['has a connection without address', [...MINIMAL, 'c=IN IP4'].join('\r\n')],
    ['has a NUL', [...MINIMAL, 'a=x\0y'].join('\r\n')],
    ['has hundreds of m-lines', [...MINIMAL, ...Array<string>(300).fill('m=audio 9 RTP/AVP 0')].join('\r\n')],
  ])('that %s is refused', (_, text) => {
    expect(parseSdp(text)).toEqual({ ok: false, code: 'sdp.syntax' })
  })

  test.each([
    ['bytes', `v=0\r\n${'a'.repeat(40_000)}`],
    ['lines', [...MINIMAL, ...Array<string>(2000).fill('a=x')].join('\r\n')],
  ])('with too many %s is refused', (_, text) => {
    expect(parseSdp(text)).toEqual({ ok: false, code: 'sdp.too-large' })
  })

  test('cannot be made to grow a line by text with a line break', () => {
    const parsed = parseSdp(MINIMAL.join('\r\n'))
    expect(parsed.ok && serializeSdp({ ...parsed.session, name: 'a\r\nm=audio 1 RTP/AVP 0' })).toContain(
      's=a m=audio 1 RTP/AVP 0\r\n',
    )
  })
})
