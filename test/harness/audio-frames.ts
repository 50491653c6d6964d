import type { Page } from './browser.ts'

/** Encoded frames of a page's calls, as hex, in order: before its decoder and behind its encoder. */
export type AudioFrames = { received: string[]; sent: string[] }

/** Runs in a worker of the page: copies what passes (W3C webrtc-encoded-transform) and names its codec. */
const tap = `onrtctransform = ({ transformer }) => {
  const { readable, writable, options } = transformer
  const copy = (frame, controller) => {
    const bytes = new Uint8Array(frame.data)
    postMessage({ end: options.end, hex: Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('') })
    controller.enqueue(frame)
  }
  readable.pipeThrough(new TransformStream({ transform: copy })).pipeTo(writable)
}`

/** Taps the audio of every connection that the page makes from now on; to be called before it loads. */
export async function tapAudio(page: Page): Promise<void> {
  await page.addInitScript(code => {
    const heard = { received: [] as string[], sent: [] as string[] }
    const connections: RTCPeerConnection[] = []
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })))
    worker.onmessage = ({ data }: MessageEvent<{ end: 'received' | 'sent'; hex: string }>) =>
      heard[data.end].push(data.hex)
    const Original = RTCPeerConnection
    const add = Original.prototype.addTransceiver
    Original.prototype.addTransceiver = function (...args: Parameters<typeof add>) {
      const transceiver = add.apply(this, args)
      connections.push(this)
      transceiver.sender.transform = new RTCRtpScriptTransform(worker, { end: 'sent' })
      transceiver.receiver.transform = new RTCRtpScriptTransform(worker, { end: 'received' })
      return transceiver
    }
    Object.assign(window, { framesOfTest: heard, connectionsOfTest: connections })
  }, tap)
}

/** What passed since the page loaded. */
export const tappedFrames = (page: Page): Promise<AudioFrames> =>
  page.evaluate(() => (window as unknown as { framesOfTest: AudioFrames }).framesOfTest)

/** The codecs that the page's line sends and receives now, as its statistics name them. */
export const codecsOf = (page: Page): Promise<{ sends: string | undefined; receives: string | undefined }> =>
  page.evaluate(async () => {
    const { connectionsOfTest } = window as unknown as { connectionsOfTest: RTCPeerConnection[] }
    const report = await connectionsOfTest.at(-1)!.getStats()
    const entries = [...report.values()] as Record<string, string>[]
    const codec = (type: string) =>
      entries.find(({ id }) => id === entries.find(entry => entry.type === type)?.codecId)?.mimeType
    return { sends: codec('outbound-rtp'), receives: codec('inbound-rtp') }
  })
