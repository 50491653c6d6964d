import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { writeRtp } from '../rtp/packet.ts'
import type { SrtpCiphers } from './ciphers.port.ts'
import { deriveKeys } from './key-derivation.ts'
import { aeadProtection } from './protection.ts'
import { SrtpReceiver } from './receiver.ts'
import { SrtpSender } from './sender.ts'
import { type SrtpSuite, SUITES } from './suites.ts'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'))
const toHex = (bytes: Uint8Array | string): string =>
  typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('hex')

const gcm = (key: Uint8Array) => (key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm')
const ciphers: SrtpCiphers = {
  keyStream: key => (counter, data) => {
    data.set(createCipheriv(`aes-${key.length * 8}-ctr`, key, counter).update(data))
  },
  authenticator: key => (first, second) => createHmac('sha1', key).update(first).update(second).digest(),
  aead: key => ({
    seal: (nonce, associated, data, tag) => {
      const cipher = createCipheriv(gcm(key), key, nonce).setAAD(associated)
      data.set(cipher.update(data))
      cipher.final()
      tag.set(cipher.getAuthTag())
    },
    open: (nonce, associated, data, tag) => {
      const cipher = createDecipheriv(gcm(key), key, nonce).setAAD(associated).setAuthTag(tag)
      const clear = cipher.update(data)
      try {
        cipher.final()
      } catch {
        return false
      }
      data.set(clear)
      return true
    },
  }),
}

const SUITE_NAMES = Object.keys(SUITES) as SrtpSuite[]
const masterOf = (suite: SrtpSuite, seed = 1): Uint8Array =>
  Uint8Array.from({ length: SUITES[suite].key + SUITES[suite].salt }, (_, i) => (i * 7 + seed) & 0xff)
const sender = (suite: SrtpSuite, mki?: Uint8Array) =>
  new SrtpSender({ suite, master: { keyAndSalt: masterOf(suite), ...(mki && { mki }) }, ciphers })
const receiver = (suite: SrtpSuite, { mki, seed }: { mki?: Uint8Array; seed?: number } = {}) =>
  new SrtpReceiver({ suite, master: { keyAndSalt: masterOf(suite, seed), ...(mki && { mki }) }, ciphers })

function rtp(sequence: number, ssrc = 7, payload = 'two beers'): Uint8Array {
  const bytes = new Uint8Array(12 + payload.length)
  const header = { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc }
  writeRtp(header, Buffer.from(payload), bytes)
  return bytes
}
const rtcp = (ssrc = 7): Uint8Array => hex(`80c80006${ssrc.toString(16).padStart(8, '0')}${'ab'.repeat(20)}`)

function sealed(by: SrtpSender, packet: Uint8Array): Uint8Array {
  const target = new Uint8Array(1500)
  return target.slice(0, by.protectRtp(packet, target))
}
function sealedReport(by: SrtpSender, packet: Uint8Array): Uint8Array {
  const target = new Uint8Array(1500)
  return target.slice(0, by.protectRtcp(packet, target))
}

// RFC 3711 appendix B.3.
const MASTER = hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6')

describe('RFC 3711 appendix B', () => {
  test('B.2: the key stream of AES counter mode, across a carry of the counter', () => {
    const stream = ciphers.keyStream(hex('2B7E151628AED2A6ABF7158809CF4F3C'))
    const first = new Uint8Array(48)
    stream(hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000'), first)
    expect(toHex(first)).toBe(
      'e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0',
    )
    const last = new Uint8Array(48)
    stream(hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF'), last)
    expect(toHex(last)).toBe(
      'ec8cdf7398607cb0f2d21675ea9ea1e4362b7c3c6773516318a077d7fc5073ae6a2cc3787889374fbeb4c81b17ba6c44',
    )
  })

  test('B.3: key derivation', () => {
    const lengths = SUITES.AES_CM_128_HMAC_SHA1_80
    const keys = deriveKeys(MASTER, { lengths, stream: 'rtp', ciphers })
    expect(toHex(keys.cipher)).toBe('c61e7a93744f39ee10734afe3ff7a087')
    expect(toHex(keys.salt)).toBe('30cbbc08863d8c85d49db34a9ae1')
    expect(toHex(keys.authentication)).toBe('cebe321f6ff7716b6fd4ab49af256a156d38baa4')
  })

  test('a packet and a report as other implementations protect them under that master key', () => {
    const by = new SrtpSender({ suite: 'AES_CM_128_HMAC_SHA1_80', master: { keyAndSalt: MASTER }, ciphers })
    expect(toHex(sealed(by, hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`)))).toBe(
      '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb',
    )
    expect(toHex(sealedReport(by, hex(`81c8000bcafebabe${'ab'.repeat(16)}`)))).toBe(
      '81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798',
    )
  })
})

describe('key derivation beyond RFC 3711', () => {
  test('RFC 6188 §7.2: AES-256', () => {
    const master = hex(
      'F0F04914B513F2763A1B1FA130F10E2998F6F6E43E4309D1E622A0E332B9F1B6 3B04803DE51EE7C96423AB5B78D2',
    )
    const lengths = { ...SUITES.AEAD_AES_256_GCM, salt: 14 }
    const keys = deriveKeys(master, { lengths, stream: 'rtp', ciphers })
    expect(toHex(keys.cipher)).toBe('5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4')
    expect(toHex(keys.salt)).toBe('fa31791685ca444a9e07c6c64e93')
  })

  test('RFC 7714 §11: a salt of 96 bits, against a packet as other implementations protect it (AES-128)', () => {
    const lengths = { ...SUITES.AEAD_AES_256_GCM, key: 16 }
    const master = hex('000102030405060708090a0b0c0d0e0f a0a1a2a3a4a5a6a7a8a9aaab')
    const keys = deriveKeys(master, { lengths, stream: 'rtp', ciphers })
    const bytes = hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}${'00'.repeat(16)}`)
    const place = { bytes, from: 12, end: 28, ssrc: 0xcafebabe, index: 0x1234, trailer: hex('00000000') }
    aeadProtection({ keys, ciphers, stream: 'rtp', tagBytes: 16 }).seal({ ...place, tagAt: 28 })
    expect(toHex(bytes)).toBe(
      '800f1234decafbadcafebabec5002ede04cfdd2eb91159e0880aa06ed2976826f796b201df3131a127e8a392',
    )
  })
})

describe('RFC 7714 §16, §17: AEAD_AES_256_GCM under given session keys', () => {
  const keys = {
    cipher: Uint8Array.from({ length: 32 }, (_, i) => i),
    salt: hex('517569642070726f2071756f'),
    authentication: new Uint8Array(20),
  }

  test('§16.2.1: a packet', () => {
    const header = '8040f17b8041f8d35501a0b2'
    const text = Buffer.from('Gallia est omnis divisa in partes tres').toString('hex')
    const bytes = hex(`${header}${text}${'00'.repeat(16)}`)
    const end = bytes.length - 16
    const place = {
      bytes,
      from: 12,
      end,
      ssrc: 0x5501a0b2,
      index: 0xf17b,
      trailer: hex('00000000'),
      tagAt: end,
    }
    const protection = aeadProtection({ keys, ciphers, stream: 'rtp', tagBytes: 16 })
    protection.seal(place)
    expect(toHex(bytes)).toBe(
      `${header}32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13`,
    )
    expect(protection.open(place)).toBe(true)
    expect(toHex(bytes.subarray(12, end))).toBe(text)
  })

  test('§17.2: a report', () => {
    const header = '81c8000d4d617273'
    const body = `4e5450314e545032525450200000042a0000e9304c756e61${'deadbeef'.repeat(5)}`
    const bytes = hex(`${header}${body}${'00'.repeat(16)}`)
    const end = bytes.length - 16
    const place = {
      bytes,
      from: 8,
      end,
      ssrc: 0x4d617273,
      index: 0x5d4,
      trailer: hex('800005d4'),
      tagAt: end,
    }
    aeadProtection({ keys, ciphers, stream: 'rtcp', tagBytes: 16 }).seal(place)
    expect(toHex(bytes)).toBe(
      `${header}d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be`,
    )
  })
})

describe.each(SUITE_NAMES)('%s', suite => {
  test('what was sealed is opened again; its payload cannot be read and its length is as the RFC says', () => {
    const bytes = sealed(sender(suite), rtp(1))
    expect(bytes.length).toBe(rtp(1).length + SUITES[suite].rtpTag)
    expect(Buffer.from(bytes).includes('beers')).toBe(false)
    expect(toHex(receiver(suite).openRtp(bytes))).toBe(toHex(rtp(1)))
    const report = sealedReport(sender(suite), rtcp())
    expect(report.length).toBe(rtcp().length + SUITES[suite].rtcpTag + 4)
    expect(toHex(receiver(suite).openRtcp(report))).toBe(toHex(rtcp()))
  })

  test('an MKI stands in every packet, and another is refused (RFC 3711 §3.1)', () => {
    const mki = hex('00000001')
    const by = sender(suite, mki)
    expect(toHex(receiver(suite, { mki }).openRtp(sealed(by, rtp(1))))).toBe(toHex(rtp(1)))
    expect(toHex(receiver(suite, { mki }).openRtcp(sealedReport(by, rtcp())))).toBe(toHex(rtcp()))
    expect(receiver(suite, { mki: hex('00000002') }).openRtp(sealed(by, rtp(2)))).toBe('malformed')
  })

  test('contributing sources, a header extension and padding survive', () => {
    const packet = hex(`b1800001000000a000000007 00000009 bede0001 10ff0000 ${'cd'.repeat(20)} 00000004`)
    expect(toHex(receiver(suite).openRtp(sealed(sender(suite), packet)))).toBe(toHex(packet))
  })

  test('a packet with any bit changed is refused and counted, and the next one is taken', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(7), (position, bit) => {
        const by = sender(suite)
        const to = receiver(suite)
        const bytes = sealed(by, rtp(1))
        bytes[position % bytes.length]! ^= 1 << bit
        expect(['malformed', 'unauthentic']).toContain(to.openRtp(bytes))
        expect(to.stats().accepted).toBe(0)
        expect(typeof to.openRtp(sealed(by, rtp(2)))).toBe('object')
      }),
      { numRuns: 60 },
    )
  })

  test('a packet or report under another key is refused', () => {
    const to = receiver(suite, { seed: 2 })
    expect(to.openRtp(sealed(sender(suite), rtp(1)))).toBe('unauthentic')
    expect(to.openRtcp(sealedReport(sender(suite), rtcp()))).toBe('unauthentic')
    expect(to.stats()).toEqual({ accepted: 0, malformed: 0, replayed: 0, unauthentic: 2 })
  })

  test('a replayed packet or report is refused (§3.3.2)', () => {
    const by = sender(suite)
    const to = receiver(suite)
    const packet = sealed(by, rtp(1))
    const report = sealedReport(by, rtcp())
    to.openRtp(packet.slice())
    to.openRtcp(report.slice())
    expect([to.openRtp(packet), to.openRtcp(report)]).toEqual(['replayed', 'replayed'])
  })

  test('the rollover counter is followed through loss and reordering (§3.3.1)', () => {
    const by = sender(suite)
    const to = receiver(suite)
    const sequences = [65_533, 65_534, 65_535, 0, 1, 2]
    const packets = sequences.map(sequence => sealed(by, rtp(sequence)))
    for (const at of [0, 3, 1, 5, 2, 4]) {
      expect(toHex(to.openRtp(packets[at]!))).toBe(toHex(rtp(sequences[at]!)))
    }
  })

  test('a stream is taken up in its middle, hours after it began', () => {
    const by = sender(suite)
    let last = new Uint8Array(0)
    for (let i = 0; i < 3 * 65_536; i += 30_000) last = new Uint8Array(sealed(by, rtp(i & 0xffff)))
    expect(typeof receiver(suite).openRtp(last)).toBe('object')
  })
})

describe('streams and limits', () => {
  const suite = 'AES_CM_128_HMAC_SHA1_80'

  test('each SSRC has an index and a replay window of its own (RFC 3711 §3.2.3)', () => {
    const by = sender(suite)
    const to = receiver(suite)
    for (const ssrc of [1, 2, 3]) {
      expect(toHex(to.openRtp(sealed(by, rtp(5, ssrc))))).toBe(toHex(rtp(5, ssrc)))
    }
  })

  test('a packet 100 behind is still taken, one 200 behind is not', () => {
    const by = sender(suite)
    const to = receiver(suite)
    const packets = Array.from({ length: 300 }, (_, i) => sealed(by, rtp(i)))
    to.openRtp(packets[299]!)
    expect(typeof to.openRtp(packets[199]!)).toBe('object')
    expect(to.openRtp(packets[99]!)).toBe('replayed')
  })

  test('in any order, each packet within the window is taken exactly once', () => {
    const packets = Array.from({ length: 100 }, (_, i) => i)
    const shuffled = fc.shuffledSubarray([...packets, ...packets], { minLength: 200 })
    fc.assert(
      fc.property(shuffled, order => {
        const by = sender(suite)
        const to = receiver(suite)
        const wire = packets.map(sequence => sealed(by, rtp(sequence)))
        for (const at of order) to.openRtp(wire[at]!.slice())
        expect(to.stats()).toMatchObject({ accepted: 100, replayed: 100 })
      }),
      { numRuns: 20 },
    )
  })

  test('no bytes make a receiver throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
        const to = receiver(suite)
        expect(typeof to.openRtp(Uint8Array.of(0x80, 0, ...bytes))).toBe('string')
        expect(typeof to.openRtcp(Uint8Array.of(0x80, 200, ...bytes))).toBe('string')
      }),
    )
  })

  test('a report in the clear is refused (§3.4)', () => {
    const report = sealedReport(sender(suite), rtcp())
    report[report.length - 14]! &= 0x7f
    expect(receiver(suite).openRtcp(report)).toBe('malformed')
  })

  test('a packet that does not fit its target is not sent', () => {
    const by = sender(suite)
    expect(by.protectRtp(rtp(1), new Uint8Array(rtp(1).length))).toBe(0)
    expect(by.stats().refused).toBe(1)
  })

  test('a key of another suite is a mistake of the caller', () => {
    const master = { keyAndSalt: masterOf(suite) }
    expect(() => new SrtpSender({ suite: 'AEAD_AES_256_GCM', master, ciphers })).toThrow(RangeError)
  })
})
