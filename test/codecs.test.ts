import { G722_SAMPLE_RATE, G722Encoder, Resampler } from '@ringdown/media'
import { compareSpeech, createSipPhone, type SipPhone } from '@ringdown/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { codecsOf, tapAudio, tappedFrames } from './harness/audio-frames.ts'
import { type Page, signIn, startBrowser, type TestBrowser } from './harness/browser.ts'
import { callerNumber } from './harness/callers.ts'
import { accept, listen, open, press, recover } from './harness/console-call.ts'
import { startGateway, type TestGateway } from './harness/gateway.ts'
import { operatorWav, speech } from './harness/speech.ts'

const talkMs = 10_000
const frameBytes = 160
const from = callerNumber(0)
const to = '+15550100'

let gateway: TestGateway
let browser: TestBrowser
let page: Page
let phone: SipPhone

beforeAll(async () => {
  gateway = await startGateway()
  phone = await createSipPhone({ server: { host: '127.0.0.1', port: gateway.sipPort } })
  browser = await startBrowser({ microphone: operatorWav })
  const first = await browser.newPage()
  await signIn(first, { url: gateway.url, email: 'operator@demo.test' })
  await first.close()
})

afterAll(async () => {
  await phone?.close()
  await browser?.close()
  await gateway?.close()
})

/** The caller's speech in G.722, cut into whole frames. */
const g722Speech = (() => {
  const wide = new Resampler({ from: 8000, to: G722_SAMPLE_RATE }).process(speech.caller)
  const bytes = new G722Encoder().encode(wide.subarray(0, wide.length - (wide.length % 2)))
  return bytes.subarray(0, bytes.length - (bytes.length % frameBytes))
})()

const framesOf = (bytes: Uint8Array) =>
  new Set(
    Array.from({ length: bytes.length / frameBytes }, (_, i) =>
      Buffer.from(bytes.subarray(i * frameBytes, (i + 1) * frameBytes)).toString('hex'),
    ),
  )

async function openPage(change: ((page: Page) => Promise<unknown>) | undefined): Promise<void> {
  page = await browser.newPage()
  await tapAudio(page)
  await change?.(page)
  await open(page, gateway.url)
  await recover(page)
}

/** A browser that does not know `RTCRtpEncodingParameters.codec`, as Firefox and older ones of the others. */
const withoutCodecParameter = (of: Page) =>
  of.addInitScript(() => {
    const set = RTCRtpSender.prototype.setParameters
    RTCRtpSender.prototype.setParameters = function (parameters, ...rest) {
      for (const encoding of parameters.encodings) delete (encoding as { codec?: unknown }).codec
      return set.call(this, parameters, ...rest)
    }
  })

// Real time in a real browser: a machine that stalls for more than the 80 ms of the alignment spoils a run.
describe('AU-1: a G.722 telephone and a browser', { retry: 1 }, () => {
  afterEach(async () => {
    await recover(page)
    await page.close()
  })

  test.each([
    ['by its sender’s parameters', undefined],
    ['by the same answer once more', withoutCodecParameter],
  ])('hear each other, and no byte of theirs is changed; the browser changes %s', async (_way, change) => {
    await openPage(change)
    const call = await phone.call({ to, from, codec: 'G722', says: g722Speech, loop: true })
    await accept(page)
    const talk = await listen(page, talkMs)
    const codecs = await codecsOf(page)
    const frames = await tappedFrames(page)
    const callerHeard = call.heard(talk.from).samples.subarray(0, talkMs * 8)
    const atPhone = call.stream.received.filter(({ at }) => at >= talk.from && at < talk.until)
    await press(page, 'Hang up')
    expect(await call.ended).toEqual({ by: 'them' })

    expect(codecs).toEqual({ sends: 'audio/G722', receives: 'audio/G722' })
    const spoken = framesOf(g722Speech)
    const arrived = frames.received.slice(-talkMs / 40)
    expect(arrived.length).toBeGreaterThan(talkMs / 50)
    expect(arrived.filter(frame => !spoken.has(frame)).length / arrived.length).toBeLessThan(0.02)
    const sent = new Set(frames.sent)
    const untouched = atPhone.filter(({ payload }) => sent.has(Buffer.from(payload).toString('hex')))
    expect(atPhone.length).toBeGreaterThan(talkMs / 30)
    expect(untouched.length).toBe(atPhone.length)
    for (const [said, heard] of [
      [speech.operator, callerHeard],
      [speech.caller, talk.heard],
    ] as const)
      expect(compareSpeech({ sent: said, heard, sampleRate: 8000, loops: true }).median).toBeGreaterThan(0.9)
  })
})
