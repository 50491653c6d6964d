import { encodeG711, linearLevel } from '@ringdown/media'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FrameDecoder } from './speech.ts'
import { BROWSER_TOUCH_TONES, createTestBrowser, type TestBrowser } from './testing/create-test-browser.ts'
import { createTestPhone, type TestPhone } from './testing/create-test-phone.ts'
import { createTestWorker, type TestWorker } from './testing/create-test-worker.ts'

let worker: TestWorker
let peers: (TestBrowser | TestPhone)[]

beforeEach(async () => {
  worker = await createTestWorker()
  peers = []
})

afterEach(async () => {
  for (const peer of peers) peer.close()
  await worker.stop()
})

async function openBrowser(endpoint: string, change = (offer: string) => offer) {
  const browser = createTestBrowser()
  peers.push(browser)
  const offer = change(await browser.offer())
  const answer = await worker.command({ type: 'open webrtc', endpoint, owner: 'o1', offer })
  if (!answer.ok || answer.type !== 'webrtc') throw new Error(JSON.stringify(answer))
  await browser.accept(answer.answer)
  await worker.events.next(event => event.type === 'connected' && event.endpoint === endpoint)
  return { browser, answer: answer.answer }
}

async function openPhone(endpoint: string, options: Parameters<typeof createTestPhone>[0] = {}) {
  const phone = await createTestPhone(options)
  peers.push(phone)
  const answer = await worker.command({ type: 'open rtp', endpoint, call: 'c1', settings: phone.settings })
  if (!answer.ok || answer.type !== 'rtp') throw new Error(JSON.stringify(answer))
  phone.target = answer.local
  return phone
}

const hear = (endpoint: string, other: string) =>
  worker.command({ type: 'hear', endpoint, source: { type: 'endpoint', endpoint: other } })

const tone = Int16Array.from({ length: 160 }, (_, i) => 8000 * Math.sin((2 * Math.PI * i) / 8))
const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code)

describe('a WebRTC endpoint', () => {
  it('carries PCMU both ways between a telephone and a browser, byte for byte', async () => {
    const { browser } = await openBrowser('o')
    const phone = await openPhone('c')
    await hear('o', 'c')
    await hear('c', 'o')
    phone.speak(everyCode)
    browser.speak(everyCode)
    const atBrowser = await browser.heard.next(() => true)
    const atPhone = await phone.heard.next(() => true)
    expect([...atBrowser.payload]).toEqual([...everyCode])
    expect([...atPhone.payload]).toEqual([...everyCode])
  })

  it.each([
    { codec: 'G722', atBrowser: 9, atPhone: 9, ticks: 160 },
    { codec: 'opus', atBrowser: 111, atPhone: 107, ticks: 960 },
  ] as const)('AU-1: carries $codec both ways untouched, in the payload types of each', async way => {
    const { browser } = await openBrowser('o')
    const phone = await openPhone('c', { codec: way.codec })
    await hear('o', 'c')
    await hear('c', 'o')
    for (let i = 0; i < 3; i++) {
      phone.send(everyCode, { payloadType: way.atPhone, ticks: way.ticks })
      browser.speak(everyCode, way.atBrowser, way.ticks)
    }
    const atBrowser = await browser.heard.until(items => (items.length >= 3 ? items : undefined))
    const atPhone = await phone.heard.until(items => (items.length >= 3 ? items : undefined))
    for (const [heard, payloadType] of [
      [atBrowser, way.atBrowser],
      [atPhone, way.atPhone],
    ] as const) {
      expect(heard.map(packet => packet.payloadType)).toEqual(Array(3).fill(payloadType))
      expect(heard.every(packet => packet.payload.equals(everyCode))).toBe(true)
      expect((heard[2]!.timestamp - heard[0]!.timestamp) >>> 0).toBe(2 * way.ticks)
    }
  })

  it.each([
    { codec: 'G722', atBrowser: 9, atPhone: 9, ticks: 160 },
    { codec: 'opus', atBrowser: 111, atPhone: 107, ticks: 960 },
  ] as const)(
    'lets a $codec telephone hear a browser that sends G.711 still, and untouched from its change on',
    async way => {
      const { browser } = await openBrowser('o')
      const phone = await openPhone('c', { codec: way.codec })
      await hear('c', 'o')
      const decoder = new FrameDecoder()
      let loudest = -127
      browser.talk(encodeG711('PCMU', tone))
      await phone.heard.next(({ payload, payloadType }) => {
        expect(payloadType).toBe(way.atPhone)
        const heard = decoder.decode(way.codec, payload)
        if (heard !== undefined) loudest = Math.max(loudest, linearLevel(heard))
        return loudest > -20
      })
      decoder.close()
      browser.hush()
      browser.speak(everyCode, way.atBrowser, way.ticks)
      await phone.heard.next(({ payload }) => payload.equals(everyCode))
      const { heard } = phone
      const numbers = heard.items.map(({ sequence }) => (sequence - heard.items[0]!.sequence) & 0xffff)
      expect(numbers).toEqual([...numbers.keys()])
      expect(new Set(heard.items.map(({ ssrc }) => ssrc)).size).toBe(1)
    },
  )

  it('goes on under one SSRC and one row of numbers for callers of one codec after the other, and for its probes', async () => {
    const { browser } = await openBrowser('o')
    const phones = {
      opus: await openPhone('c1', { codec: 'opus' }),
      G722: await openPhone('c2', { codec: 'G722' }),
      PCMA: await openPhone('c3', { codec: 'PCMA' }),
    }
    const heardBy = (count: number) =>
      browser.heard.until(items => (items.length >= count ? items : undefined))
    for (const [at, phone] of Object.values(phones).entries()) {
      await hear('o', `c${at + 1}`)
      phone.speak(everyCode)
      await heardBy(at + 1)
    }
    await worker.command({ type: 'hear', endpoint: 'o', source: { type: 'nothing' } })
    await worker.command({ type: 'probe', endpoint: 'o', probe: 'p', packets: 1 })
    const heard = await heardBy(4)
    expect(heard.map(({ payloadType }) => payloadType)).toEqual([111, 9, 8, 0])
    expect(heard.map(({ marker }) => marker)).toEqual([true, true, true, true])
    expect(new Set(heard.map(({ ssrc }) => ssrc)).size).toBe(1)
    expect(heard.map(({ sequence }) => (sequence - heard[0]!.sequence) & 0xffff)).toEqual([0, 1, 2, 3])
  })

  it('offers one candidate of the shared port and touch-tones at 8000 Hz', async () => {
    const first = await openBrowser('o1')
    const second = await openBrowser('o2')
    const portOf = (sdp: string) => /a=candidate:\d+ 1 UDP \d+ 127\.0\.0\.1 (\d+) typ host/.exec(sdp)?.[1]
    expect(portOf(first.answer)).toBeDefined()
    expect(portOf(first.answer)).toBe(portOf(second.answer))
    expect(first.answer).toContain('a=rtpmap:126 telephone-event/8000\r\n')
  })

  it("passes a caller's touch-tones on to the browser and reports them", async () => {
    const { browser } = await openBrowser('o')
    const phone = await openPhone('c', { telephoneEvent: 101 })
    await hear('o', 'c')
    phone.send(Uint8Array.of(9, 0x8a, 3, 32), { payloadType: 101, ticks: 800, marker: true })
    const heard = await browser.heard.next(() => true)
    expect(heard.payloadType).toBe(BROWSER_TOUCH_TONES)
    expect([...heard.payload]).toEqual([9, 0x8a, 3, 32])
    await worker.events.next(event => event.type === 'digit' && event.digit === '9' && event.ms === 100)
  })

  it('drops what an idle line sends', async () => {
    const { browser } = await openBrowser('o')
    const phone = await openPhone('c')
    for (let i = 0; i < 5; i++) browser.speak(new Uint8Array(160).fill(1))
    browser.speak(Uint8Array.of(9, 0x8a, 3, 32), BROWSER_TOUCH_TONES)
    // A round trip over the same connection: what was sent before has been read.
    await worker.command({ type: 'probe', endpoint: 'o', probe: 'p', packets: 1 })
    await browser.heard.next(() => true)
    await hear('c', 'o')
    browser.talk(new Uint8Array(160).fill(2))
    const first = await phone.heard.next(() => true)
    expect(first.payload[0]).toBe(2)
    expect(worker.events.items.filter(event => event.type === 'digit')).toEqual([])
  })

  it('probes an idle line with exactly the asked number of silent packets, once per probe', async () => {
    const { browser } = await openBrowser('o')
    const probe = { type: 'probe', endpoint: 'o', probe: 'p1', packets: 5 } as const
    await worker.command(probe)
    await worker.command(probe)
    await browser.heard.until(items => items[4])
    await worker.command({ ...probe, probe: 'p2', packets: 1 })
    const heard = await browser.heard.until(items => (items.length >= 6 ? items : undefined))
    expect(heard.length).toBe(6)
    expect(
      heard.every(packet => packet.payloadType === 0 && packet.payload.every(byte => byte === 0xff)),
    ).toBe(true)
    expect(heard.slice(1).every((packet, i) => ((packet.sequence - heard[i]!.sequence) & 0xffff) === 1)).toBe(
      true,
    )
  })

  it('connects a browser that hides its address (mDNS) or sends none, by its checks', async () => {
    const { browser } = await openBrowser('o', offer =>
      offer.replace(/127\.0\.0\.1 (\d+) typ host/, 'a1b2c3d4-0000-4000-8000-000000000000.local $1 typ host'),
    )
    await worker.command({ type: 'probe', endpoint: 'o', probe: 'p', packets: 1 })
    await browser.heard.next(() => true)
  })

  it('closes the former line when its operator opens another', async () => {
    const { browser: former } = await openBrowser('o')
    const { browser } = await openBrowser('o')
    const phone = await openPhone('c')
    await hear('c', 'o')
    browser.talk(new Uint8Array(160).fill(7))
    const heard = await phone.heard.next(() => true)
    expect(heard.payload[0]).toBe(7)
    former.close()
    const answer = await worker.command({ type: 'snapshot' })
    expect(
      answer.ok && answer.type === 'snapshot' && answer.endpoints.filter(each => each.kind === 'webrtc'),
    ).toEqual([expect.objectContaining({ endpoint: 'o', owner: 'o1', call: null, connected: true })])
  })

  it('lets a caller who was told to hear a line hear the one that replaces it', async () => {
    const phone = await openPhone('c')
    await hear('c', 'o')
    const { browser } = await openBrowser('o')
    browser.talk(new Uint8Array(160).fill(9))
    const heard = await phone.heard.next(() => true)
    expect(heard.payload[0]).toBe(9)
  })

  // A browser that vanishes without a word is found out by its missing consent (RFC 7675: 30 s).
  it('reports the line lost when the browser goes away', { timeout: 60_000 }, async () => {
    const { browser } = await openBrowser('o')
    browser.close()
    await worker.events.next(event => event.type === 'lost' && event.endpoint === 'o')
    expect(await worker.command({ type: 'snapshot' })).toMatchObject({ endpoints: [] })
  })

  it.each([
    ['nothing', ''],
    ['words', 'hello'],
    ['no media', 'v=0\r\ns=-\r\n'],
    ['two media lines', 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n'],
    ['no codec of ours', 'OTHER CODEC'],
    ['no fingerprint', 'NO FINGERPRINT'],
    ['a broken fingerprint', 'BROKEN FINGERPRINT'],
  ])('refuses an offer with %s', async (_name, text) => {
    const browser = createTestBrowser(text === 'OTHER CODEC' ? [] : undefined)
    peers.push(browser)
    const good = await browser.offer()
    const offers: Record<string, string> = {
      'OTHER CODEC': good.replace('opus/48000/2', 'speex/16000'),
      'NO FINGERPRINT': good.replace(/a=fingerprint:.*\r\n/, ''),
      'BROKEN FINGERPRINT': good.replace(/a=fingerprint:.*\r\n/, 'a=fingerprint:sha-256 zz\r\n'),
    }
    const offer = offers[text] ?? text
    const answer = await worker.command({ type: 'open webrtc', endpoint: 'o', owner: 'o1', offer })
    expect(answer).toMatchObject({ ok: false, code: 'sdp.refused' })
  })
})
