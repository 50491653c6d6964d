import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  createTestPhone,
  type TestPhone,
} from '../../apps/gateway/src/media/worker/testing/create-test-phone.ts'
import {
  createTestWorker,
  type TestWorker,
} from '../../apps/gateway/src/media/worker/testing/create-test-worker.ts'
import { createOpusTone, type OpusTone } from '../../apps/gateway/src/media/worker/testing/opus-tone.ts'
import { codecsOf, tapAudio, tappedFrames } from '../harness/audio-frames.ts'
import { type Page, startBrowser, type TestBrowser } from '../harness/browser.ts'
import { eventually } from '../harness/heard.ts'
import { operatorWav } from '../harness/speech.ts'

/** Above all that G.711 can carry. */
const toneHz = 6000
const origin = 'http://localhost:1/'

let worker: TestWorker
let browser: TestBrowser
let page: Page
let tone: OpusTone

beforeAll(async () => {
  worker = await createTestWorker()
  tone = await createOpusTone(toneHz)
  browser = await startBrowser({ microphone: operatorWav })
  page = await browser.newPage()
  await tapAudio(page)
  // A secure origin for the microphone, with nothing behind it.
  await page.route(`${origin}**`, route => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.goto(origin)
  await openLine()
})

afterAll(async () => {
  await browser?.close()
  await worker?.stop()
  tone?.close()
})

type Line = { connection: RTCPeerConnection; sender: RTCRtpSender; analyser: AnalyserNode }

/** One line, as the console's: probed in PCMU before any call. */
async function openLine(): Promise<void> {
  const offer = await page.evaluate(async () => {
    const connection = new RTCPeerConnection()
    const { sender } = connection.addTransceiver('audio')
    const analyser = new AudioContext().createAnalyser()
    analyser.fftSize = 8192
    connection.ontrack = ({ track }) => {
      const sound = new Audio()
      sound.srcObject = new MediaStream([track])
      void sound.play()
      const { context } = analyser
      ;(context as AudioContext).createMediaStreamSource(sound.srcObject).connect(analyser)
    }
    Object.assign(window, { lineOfTest: { connection, sender, analyser } })
    await connection.setLocalDescription(await connection.createOffer())
    return connection.localDescription?.sdp ?? ''
  })
  const answer = await worker.command({ type: 'open webrtc', endpoint: 'line', owner: 'ann', offer })
  if (!answer.ok || answer.type !== 'webrtc') throw new Error(JSON.stringify(answer))
  await page.evaluate(async sdp => {
    const { connection, sender } = (window as unknown as { lineOfTest: Line }).lineOfTest
    await connection.setRemoteDescription({ type: 'answer', sdp })
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    await sender.replaceTrack(stream.getAudioTracks()[0] ?? null)
  }, answer.answer)
  await worker.events.next(event => event.type === 'connected')
  await worker.command({ type: 'probe', endpoint: 'line', probe: 'p', packets: 10 })
  while ((await tappedFrames(page)).received.length < 10) await wait(20)
}

const sendInBrowser = (codec: string) =>
  page.evaluate(async wanted => {
    const { sender } = (window as unknown as { lineOfTest: Line }).lineOfTest
    const parameters = sender.getParameters()
    const found = parameters.codecs.find(({ mimeType }) => mimeType.toLowerCase() === wanted)
    Object.assign(parameters.encodings[0]!, { codec: found })
    await sender.setParameters(parameters)
  }, `audio/${codec.toLowerCase()}`)

/** The loudest frequency that the page plays, Hz. */
const loudest = () =>
  page.evaluate(() => {
    const { analyser } = (window as unknown as { lineOfTest: Line }).lineOfTest
    const bins = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(bins)
    return (bins.indexOf(Math.max(...bins)) * analyser.context.sampleRate) / analyser.fftSize
  })

/** 20 ms of the telephone's codec each time. */
function createSpeaker(phone: TestPhone, said: Set<string>): () => void {
  const { codec, payloadType } = phone.settings
  let at = 0
  return () => {
    at++
    const payload = codec === 'opus' ? tone.next() : Uint8Array.from({ length: 160 }, (_, i) => i + at)
    said.add(Buffer.from(payload).toString('hex'))
    phone.send(payload, { payloadType, ticks: codec === 'opus' ? 960 : 160 })
  }
}

const hear = (endpoint: string, other: string) =>
  worker.command({ type: 'hear', endpoint, source: { type: 'endpoint', endpoint: other } })

test.each(['opus', 'PCMU', 'opus'] as const)(
  'AU-1: a telephone that speaks %s and Chromium get each other’s packets untouched, on one line after the other',
  async codec => {
    const phone = await createTestPhone({ codec })
    const opened = await worker.command({
      type: 'open rtp',
      endpoint: 'phone',
      call: 'c',
      settings: phone.settings,
    })
    if (!opened.ok || opened.type !== 'rtp') throw new Error(JSON.stringify(opened))
    phone.target = opened.local
    await sendInBrowser(codec)
    await hear('line', 'phone')
    await hear('phone', 'line')
    const before = (await tappedFrames(page)).received.length
    const said = new Set<string>()
    const talking = setInterval(createSpeaker(phone, said), 20)
    const heard = await phone.heard.until(items => (items.length >= 200 ? items.slice(0, 200) : undefined))
    // For a moment a browser may play what it makes up for a packet that is late.
    const isTone = async () => Math.abs((await loudest()) - toneHz) < 50
    if (codec === 'opus') await eventually('the page plays the tone', isTone)
    const codecs = await codecsOf(page)
    clearInterval(talking)
    // The newest may not have been told by the page yet.
    await eventually('the page has sent every packet that the telephone heard', async () => {
      const sent = new Set((await tappedFrames(page)).sent)
      return heard.every(({ payload }) => sent.has(payload.toString('hex')))
    })
    const frames = await tappedFrames(page)
    await worker.command({ type: 'close', endpoint: 'phone' })
    phone.close()

    expect(codecs).toEqual({ sends: `audio/${codec}`, receives: `audio/${codec}` })
    const received = frames.received.slice(before)
    expect(received.length).toBeGreaterThan(100)
    expect(received.filter(frame => !said.has(frame))).toEqual([])
  },
)
