import { describe, expect, it } from 'vitest'
import { completeAnswer, readOffer } from './offer.rules.ts'

const chromium = [
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 46004 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
  'c=IN IP4 127.0.0.1',
  'a=candidate:1 1 udp 2122194687 a1b2c3d4.local 46004 typ host generation 0',
  'a=candidate:2 1 tcp 1518214911 192.0.2.2 9 typ host tcptype active',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  'a=fingerprint:sha-256 AA:BB',
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=rtcp-fb:* transport-cc',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
  'a=end-of-candidates',
]
const sdp = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n`
const without = (...starts: string[]) =>
  sdp(chromium.filter(line => !starts.some(start => line.startsWith(start))))

describe('a browser’s offer', () => {
  it('is answered with all that telephones speak (RFC 7874 §3), each with touch-tones of its clock rate', () => {
    expect(readOffer(sdp(chromium))).toMatchObject({
      ok: true,
      offer: {
        mid: '0',
        formats: [
          { codec: 'PCMU', clockRate: 8000, payloadType: 0, telephoneEvent: 126 },
          { codec: 'PCMA', clockRate: 8000, payloadType: 8, telephoneEvent: 126 },
          { codec: 'G722', clockRate: 8000, payloadType: 9, telephoneEvent: 126 },
          { codec: 'opus', clockRate: 48_000, payloadType: 111, telephoneEvent: 110 },
        ],
      },
    })
  })

  it('is answered with what it has, and without touch-tones of another clock rate', () => {
    const lines = chromium
      .filter(line => !/PCMU|126 telephone/.test(line))
      .map(line => (line.startsWith('m=') ? 'm=audio 9 UDP/TLS/RTP/SAVPF 111 8 110' : line))
    const formats = [
      { codec: 'PCMA', payloadType: 8, telephoneEvent: undefined },
      { codec: 'opus', payloadType: 111, telephoneEvent: 110 },
    ]
    expect(readOffer(sdp(lines))).toMatchObject({ ok: true, offer: { formats } })
  })

  it('may leave out the mapping of static payload types (RFC 3551 §6)', () => {
    const read = readOffer(without('a=rtpmap:0 '))
    expect(read).toMatchObject({
      ok: true,
      offer: { formats: [{ codec: 'PCMU', payloadType: 0 }, {}, {}, {}] },
    })
  })

  it('reaches the library without candidates and without the feedback it refuses', () => {
    const read = readOffer(sdp(chromium))
    const cleaned = read.ok ? read.offer.sdp : ''
    expect(cleaned).not.toMatch(/candidate|rtcp-fb/)
    expect(cleaned).toContain('a=ice-ufrag:abcd\r\n')
  })

  it.each([
    ['a=mid', without('a=mid')],
    ['a=ice-ufrag', without('a=ice-ufrag')],
    ['a=ice-pwd', without('a=ice-pwd')],
    ['a=fingerprint', without('a=fingerprint')],
    ['a=rtcp-mux', without('a=rtcp-mux')],
  ])('is refused without %s', (name, offer) => {
    expect(readOffer(offer)).toEqual({ ok: false, message: `there is no ${name}` })
  })

  it('is refused where it is not audio over DTLS-SRTP', () => {
    const plain = sdp(chromium.map(line => line.replace('UDP/TLS/RTP/SAVPF', 'RTP/AVP')))
    expect(readOffer(plain).ok).toBe(false)
  })
})

describe('the answer', () => {
  const formats = [
    { codec: 'PCMU', clockRate: 8000, payloadType: 0, telephoneEvent: 126 },
    { codec: 'opus', clockRate: 48_000, payloadType: 111, telephoneEvent: 110 },
  ] as const
  const answer = sdp([
    'm=audio 50000 UDP/TLS/RTP/SAVPF 0 111 126 110',
    'a=rtpmap:126 telephone-event/48000/2',
    'a=rtpmap:110 telephone-event/48000/2',
    'a=candidate:1 1 UDP 2114977791 192.0.2.2 50000 typ host',
    'a=end-of-candidates',
  ])
  const complete = (publicIp: string | undefined) =>
    completeAnswer({ answer, formats, publicIp, port: 50000 }).split('\r\n')

  it('names touch-tones with the clock rate of the audio', () => {
    expect(complete(undefined)).toContain('a=rtpmap:126 telephone-event/8000')
    expect(complete(undefined)).toContain('a=rtpmap:110 telephone-event/48000')
  })

  it('names the public address beside the own ones, before the end of candidates', () => {
    const lines = complete('198.51.100.7')
    expect(lines.slice(-3)).toEqual([
      'a=candidate:2 1 UDP 2113929471 198.51.100.7 50000 typ host',
      'a=end-of-candidates',
      '',
    ])
  })

  it('names no address twice', () => {
    expect(complete('192.0.2.2').filter(line => line.startsWith('a=candidate')).length).toBe(1)
  })
})
