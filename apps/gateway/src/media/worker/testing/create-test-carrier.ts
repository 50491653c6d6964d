import { WebSocket } from 'ws'
import { Inbox } from './inbox.ts'

type ToCarrier =
  | { event: 'media'; streamSid: string; media: { payload: string }; at: number }
  | { event: 'mark'; streamSid: string; mark: { name: string }; at: number }
  | { event: 'clear'; streamSid: string; at: number }

const STREAM = 'MZ00000000000000000000000000000001'

/** Twilio's end of a Media Stream. */
export class TestCarrier {
  readonly heard = new Inbox<ToCarrier>()
  readonly closed: Promise<{ code: number; reason: string }>
  readonly #socket: WebSocket
  readonly #opened: Promise<void>

  constructor(url: string) {
    this.#socket = new WebSocket(url)
    this.#opened = new Promise(resolve => this.#socket.once('open', resolve))
    this.closed = new Promise(resolve =>
      this.#socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    )
    this.#socket.on('error', () => {})
    this.#socket.on('message', data =>
      this.heard.add({ ...JSON.parse(data.toString()), at: performance.now() }),
    )
  }

  async start(token = 'token-1'): Promise<void> {
    await this.#opened
    this.say({ event: 'connected', protocol: 'Call', version: '1.0.0' })
    this.say({
      event: 'start',
      sequenceNumber: '1',
      streamSid: STREAM,
      start: {
        accountSid: 'AC1',
        callSid: 'CA1',
        streamSid: STREAM,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: { token },
      },
    })
  }

  async opened(): Promise<void> {
    await this.#opened
  }

  speak(payload: Uint8Array): void {
    const media = { track: 'inbound', payload: Buffer.from(payload).toString('base64') }
    this.say({ event: 'media', sequenceNumber: '2', streamSid: STREAM, media })
  }

  say(message: object | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  echo(name: string): void {
    this.say({ event: 'mark', sequenceNumber: '9', streamSid: STREAM, mark: { name } })
  }

  sayBinary(bytes: Uint8Array): void {
    this.#socket.send(bytes)
  }

  press(digit: string): void {
    this.say({
      event: 'dtmf',
      streamSid: STREAM,
      sequenceNumber: '5',
      dtmf: { track: 'inbound_track', digit },
    })
  }

  stop(): void {
    this.say({
      event: 'stop',
      sequenceNumber: '7',
      streamSid: STREAM,
      stop: { accountSid: 'AC1', callSid: 'CA1' },
    })
  }

  close(): void {
    this.#socket.terminate()
  }
}
