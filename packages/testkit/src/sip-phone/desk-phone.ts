import { randomBytes, randomInt } from 'node:crypto'
import {
  createCallAgent,
  createRequest,
  createResponse,
  createTransactionLayer,
  type Flow,
  type Header,
  type LayerEvent,
  offerAudio,
  type SessionProfile,
  type SipRequest,
  type SipResponse,
  serializeSdp,
  tagOf,
  toOf,
} from '@ringdown/sip'
import type { Speech } from '../rtp-stream/voice.ts'
import type { PhoneSrtp } from './audio-protection.ts'
import { CalledCall } from './called-call.ts'
import { DialledCall } from './dialled-call.ts'
import { credentialsFor, type PhoneAccount } from './phone-account.ts'
import { openPhoneAudio } from './phone-audio.ts'
import { type NamedTimers, openNamedTimers } from './phone-timers.ts'
import { openSipSockets, type PhoneTransport, type SipSockets } from './sip-sockets.ts'

export type DeskPhoneOptions = {
  server: { host: string; port: number }
  transport: PhoneTransport
  account: PhoneAccount
  /** Who must vouch for the server's certificate, PEM, for TLS and secure WebSocket. */
  authorities?: string
  /** Left out, it speaks plain RTP only. */
  srtp?: PhoneSrtp
}

const token = () => randomBytes(10).toString('hex')
const address = '127.0.0.1'

/** A desk phone for tests, on one connection: it registers, is called, and calls. */
export class DeskPhone {
  readonly #options: DeskPhoneOptions
  readonly #flow: Flow
  readonly #timers: NamedTimers = openNamedTimers()
  readonly #calls = new Map<string, CalledCall | DialledCall>()
  readonly #answers = new Map<string, (response: SipResponse | undefined) => void>()
  readonly #waiting: ((call: CalledCall) => void)[] = []
  readonly #came: CalledCall[] = []
  readonly #callId = token()
  #cseq = 0
  #sockets!: SipSockets
  readonly #layer = createTransactionLayer({
    send: (message, to) => this.#sockets.send(message, to),
    timers: this.#timers.of(name => this.#layer.timerFired(name)),
    newToken: token,
    sentBy: () => this.#sockets,
    onEvent: event => this.#take(event),
  })
  readonly #agent = createCallAgent({
    layer: this.#layer,
    timers: this.#timers.of(name => this.#agent.timerFired(name)),
    random: Math.random,
    flowTo: () => this.#flow,
    onEvent: (key, event) => this.#calls.get(key)?.take(event),
  })

  private constructor(options: DeskPhoneOptions) {
    const { transport, server } = options
    this.#options = options
    this.#flow = { transport, address: server.host, port: server.port }
  }

  /** Connects; registers only when told. */
  static async open(options: DeskPhoneOptions): Promise<DeskPhone> {
    const phone = new DeskPhone(options)
    phone.#sockets = await openSipSockets({
      ...options,
      host: address,
      onMessage: (message, from) => phone.#layer.receive(message, from),
    })
    return phone
  }

  /** Binds its contact for so many seconds, 0 takes it back; proves itself once (RFC 3261 §10.2). Resolves with the final status. */
  async register(seconds = 300): Promise<number> {
    const first = await this.#ask(seconds, [])
    if (first?.status !== 401) return first?.status ?? 408
    const uri = this.#uri()
    const proof = credentialsFor(this.#options.account, { response: first, method: 'REGISTER', uri })
    return (await this.#ask(seconds, proof))?.status ?? 408
  }

  /** The next call that comes, in order; each is given once. */
  nextCall(): Promise<CalledCall> {
    const call = this.#came.shift()
    return call ? Promise.resolve(call) : new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Calls a number, and says this over and over once it is answered. */
  async dial(number: string, says: Speech): Promise<DialledCall> {
    const audio = await openPhoneAudio({ address, codec: 'PCMU', srtp: this.#options.srtp })
    const key = token()
    const { account } = this.#options
    const call = new DialledCall({ key, agent: this.#agent, account, audio, says })
    this.#calls.set(key, call)
    const order = {
      target: this.#uri(number),
      from: `<${this.#uri(account.username)}>`,
      to: `<${this.#uri(number)}>`,
      callId: token(),
      localTag: token(),
      offer: serializeSdp(offerAudio(audio.local)),
    }
    this.#agent.dial(key, order, this.#profile())
    return call
  }

  /** As somebody who pulls the plug. */
  async close(): Promise<void> {
    const gone = { type: 'lost', cause: 'gone' } as const
    const calls = [...this.#calls.values()]
    await Promise.all(calls.map(call => (call instanceof CalledCall ? call.vanish() : call.close(gone))))
    this.#timers.stopAll()
    await this.#sockets.close()
  }

  #ask(seconds: number, headers: readonly Header[]): Promise<SipResponse | undefined> {
    const own = { uri: this.#uri(this.#options.account.username), params: [] }
    const request = createRequest({
      method: 'REGISTER',
      uri: this.#uri(),
      from: { ...own, params: [{ name: 'tag', value: this.#callId }] },
      to: own,
      callId: this.#callId,
      cseq: ++this.#cseq,
      contact: { uri: this.#contact(), params: [{ name: 'expires', value: String(seconds) }] },
      headers,
    })
    return new Promise(resolve => this.#answers.set(this.#layer.request(request, this.#flow), resolve))
  }

  #take(event: LayerEvent): void {
    if (this.#agent.take(event)) return
    if (event.type === 'request') void this.#receive(event)
    if (event.type === 'response' && event.response.status >= 200)
      this.#answers.get(event.id)?.(event.response)
    if (event.type === 'timeout' || event.type === 'transport error') this.#answers.get(event.id)?.(undefined)
  }

  async #receive({ id, request }: { id: string; request: SipRequest }): Promise<void> {
    if (request.method !== 'INVITE' || tagOf(toOf(request)) !== undefined) {
      const status = request.method === 'OPTIONS' ? 200 : 481
      return void this.#layer.respond(id, createResponse(request, status, { toTag: token() }))
    }
    const audio = await openPhoneAudio({ address, codec: 'PCMU', srtp: this.#options.srtp })
    const key = token()
    const call = new CalledCall({ ...audio, key, agent: this.#agent, layer: this.#layer, invite: request })
    this.#calls.set(key, call)
    const start = { id, request, profile: this.#profile(), localTag: token(), rseq: randomInt(1, 2 ** 30) }
    if (!this.#agent.accept(key, start)) return call.vanish()
    const next = this.#waiting.shift()
    if (next) next(call)
    else this.#came.push(call)
  }

  #uri(user?: string): string {
    const { server } = this.#options
    return `sip:${user === undefined ? '' : `${user}@`}${server.host}:${server.port}${this.#suffix()}`
  }

  #contact(): string {
    const { username } = this.#options.account
    return `sip:${username}@${this.#sockets.host}:${this.#sockets.port}${this.#suffix()}`
  }

  /** RFC 7118 §5.2: `ws` stands for both. */
  #suffix(): string {
    const { transport } = this.#options
    return transport === 'udp' ? '' : `;transport=${transport === 'wss' ? 'ws' : transport}`
  }

  #profile(): SessionProfile {
    const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'UPDATE']
    return { contact: this.#contact(), methods, extensions: ['timer'] }
  }
}
