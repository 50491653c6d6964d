import { randomBytes } from 'node:crypto'
import { CallLog, type TwilioCallEvent } from './call-log.ts'
import { withoutOverrides, withRetries } from './overrides.ts'
import { Playout } from './playout.ts'
import { signRequest } from './sign.ts'
import { MediaStream, type StreamMisbehaviour } from './stream.ts'
import { readTwiml, type TwimlVerb } from './twiml.ts'

export type TwilioCallOrder = {
  /** The number's webhook for calls; what Twilio signs. */
  voiceUrl: string
  statusUrl?: string
  fallbackUrl?: string
  from: string
  to: string
  /** The account that is called, where it is another one than the stand-in's; its token is the same. */
  accountSid?: string
  /** The first stream is opened when this resolves; at once unless told. */
  connectsWhen?: Promise<unknown>
  /** What the caller says once the first stream starts: mu-law, 8 kHz, then silence. */
  audio?: Uint8Array
  /** Says it again from the beginning when it is over. */
  loop?: boolean
  signature?: 'wrong' | 'missing'
  misbehave?: StreamMisbehaviour
}

export type TwilioAccountOrder = {
  accountSid: string
  authToken: string
  /** Where to connect for an address: for a gateway that believes to stand behind a proxy. */
  reach(url: string): string
  /** Real ms in a `<Pause>` second. */
  secondMs: number
}

export type TwilioCallEnd = {
  status: 'completed' | 'failed'
  by: 'caller' | 'instructions' | 'api' | 'error'
}

/** Twilio waits this long for a webhook. ms. */
const webhookTimeout = 15_000
const silence = 0xff

/** A telephone call through Twilio: follows the documents that the gateway gives until one side ends it. */
export class TwilioCall {
  readonly sid = `CA${randomBytes(16).toString('hex')}`
  readonly ended: Promise<TwilioCallEnd>
  readonly log = new CallLog()
  readonly #account: TwilioAccountOrder
  readonly #order: TwilioCallOrder
  readonly #playout = new Playout()
  readonly #startedAt = performance.now()
  readonly #onEnd: (end: TwilioCallEnd) => void
  #interrupt = new AbortController()
  #stream: MediaStream | null = null
  #spoken = 0
  #over = false

  constructor(account: TwilioAccountOrder, order: TwilioCallOrder) {
    this.#account = { ...account, accountSid: order.accountSid ?? account.accountSid }
    this.#order = order
    const { promise, resolve } = Promise.withResolvers<TwilioCallEnd>()
    this.ended = promise
    this.#onEnd = resolve
    void this.#fetchAndFollow(order.voiceUrl, 'ringing')
  }

  /** Resolves with the nth (from 1) event of a type, past or to come. */
  waitFor<T extends TwilioCallEvent['type']>(
    type: T,
    nth = 1,
  ): Promise<Extract<TwilioCallEvent, { type: T }>> {
    return this.log.waitFor(type, nth)
  }

  get accountSid(): string {
    return this.#account.accountSid
  }

  isOver(): boolean {
    return this.#over
  }

  /** The caller hangs up. */
  hangUp(): void {
    this.#finish({ status: 'completed', by: 'caller' })
  }

  /** The caller presses keys, one every 100 ms. */
  async sendDigits(digits: string): Promise<void> {
    for (const digit of digits) {
      this.#stream?.sendDigit(digit)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }

  /** Sends text down the stream as it is. */
  sendRaw(text: string): void {
    this.#stream?.sendRaw(text)
  }

  /** Breaks the stream's connection. With `unnoticed`, Twilio does not go on to the next verb: only the API moves the call. */
  dropStream({ unnoticed = false }: { unnoticed?: boolean } = {}): void {
    const stream = this.#stream
    if (unnoticed) this.#stream = null
    stream?.drop()
  }

  /** Everything the caller heard since the call began: mu-law, 8 kHz, with silence where nothing was played. */
  heard(): Uint8Array {
    return this.#playout.heardUntil(this.#now())
  }

  /** What the REST API does to a live call. */
  redirect(to: { url: string } | { twiml: string }): void {
    this.#cut()
    if ('url' in to) void this.#fetchAndFollow(to.url)
    else void this.#guard(() => this.#follow(readTwiml(to.twiml), this.#order.voiceUrl))
  }

  complete(): void {
    this.#finish({ status: 'completed', by: 'api' })
  }

  /** Leaves what is being done: a stream is stopped, a pause is over. */
  #cut(): void {
    this.#interrupt.abort()
    this.#interrupt = new AbortController()
    const stream = this.#stream
    this.#stream = null
    stream?.stop()
  }

  async #fetchAndFollow(url: string, status = 'in-progress'): Promise<void> {
    const mine = this.#interrupt
    await this.#guard(async () => {
      const verbs = await this.#fetch(url, status)
      if (mine === this.#interrupt) await this.#follow(verbs, url)
    })
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.log.add({ type: 'error', message: error instanceof Error ? error.message : String(error) })
      this.#finish({ status: 'failed', by: 'error' })
    }
  }

  async #fetch(url: string, status: string): Promise<TwimlVerb[]> {
    const { fallbackUrl } = this.#order
    try {
      return await this.#ask(url, { CallStatus: status })
    } catch (error) {
      if (fallbackUrl === undefined || url === fallbackUrl) throw error
      const message = error instanceof Error ? error.message : String(error)
      this.log.add({ type: 'error', message })
      return this.#ask(fallbackUrl, { CallStatus: status, ErrorCode: '11200', ErrorUrl: url })
    }
  }

  async #ask(url: string, more: Record<string, string>): Promise<TwimlVerb[]> {
    const response = await withRetries(url, () => this.#post(withoutOverrides(url), more))
    const body = await response.text()
    this.log.add({ type: 'answered', url, status: response.status, body })
    if (!response.ok) throw new Error(`11200 HTTP retrieval failure: ${response.status}`)
    const type = response.headers.get('content-type') ?? ''
    if (!/^(text|application)\/xml\b/.test(type)) throw new Error(`12300 invalid content type ${type}`)
    return readTwiml(body)
  }

  #post(url: string, more: Record<string, string>): Promise<Response> {
    const { from: From, to: To } = this.#order
    const { accountSid, authToken } = this.#account
    const fixed = {
      AccountSid: accountSid,
      CallSid: this.sid,
      ApiVersion: '2010-04-01',
      Direction: 'inbound',
    }
    const parameters = { ...fixed, From, To, Caller: From, Called: To, ...more }
    const key = this.#order.signature === 'wrong' ? `${authToken}x` : authToken
    const signature = signRequest({ authToken: key, url, parameters })
    return fetch(this.#account.reach(url), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        ...(this.#order.signature === 'missing' ? {} : { 'x-twilio-signature': signature }),
      },
      body: new URLSearchParams(parameters).toString(),
      redirect: 'manual',
      signal: AbortSignal.timeout(webhookTimeout),
    })
  }

  async #follow(verbs: TwimlVerb[], url: string): Promise<void> {
    const mine = this.#interrupt
    for (const verb of verbs) {
      if (this.#over || mine !== this.#interrupt) return
      this.log.add({ type: 'verb', verb })
      if (verb.verb === 'Redirect') return this.#fetchAndFollow(new URL(verb.url, url).href)
      if (verb.verb === 'Hangup') break
      if (verb.verb === 'Pause') await this.#pause(verb.seconds, mine.signal)
      if (verb.verb === 'Connect') await this.#connect(verb.stream, mine.signal)
    }
    if (mine === this.#interrupt) this.#finish({ status: 'completed', by: 'instructions' })
  }

  async #pause(seconds: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, seconds * this.#account.secondMs)
      signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  async #connect(
    to: { url: string; parameters: Record<string, string> },
    signal: AbortSignal,
  ): Promise<void> {
    const { accountSid, authToken, reach } = this.#account
    await this.#order.connectsWhen
    if (signal.aborted) return
    const stream = new MediaStream({
      url: reach(to.url),
      headers: { 'x-twilio-signature': signRequest({ authToken, url: to.url, parameters: {} }) },
      accountSid,
      callSid: this.sid,
      parameters: to.parameters,
      misbehave: this.#order.misbehave ?? {},
      playout: this.#playout,
      now: () => this.#now(),
      speech: bytes => this.#speech(bytes),
      onStarted: sid => this.log.add({ type: 'stream started', sid }),
      onMedia: payload => this.log.add({ type: 'media', at: this.#now(), payload }),
      onClosed: how => this.log.add({ type: 'stream closed', ...how }),
      onError: message => this.log.add({ type: 'error', message }),
    })
    this.#stream = stream
    await stream.ended
    // Twilio did not notice that the stream broke: it stays where it is until it is told.
    if (this.#stream !== stream) await aborted(signal)
    else this.#stream = null
  }

  #speech(bytes: number): Uint8Array {
    const { audio = new Uint8Array(), loop = false } = this.#order
    const frame = new Uint8Array(bytes).fill(silence)
    for (let index = 0; index < bytes; index++, this.#spoken++) {
      const position = loop && audio.length > 0 ? this.#spoken % audio.length : this.#spoken
      frame[index] = audio[position] ?? silence
    }
    return frame
  }

  #finish(end: TwilioCallEnd): void {
    if (this.#over) return
    this.#over = true
    this.#cut()
    this.log.add({ type: 'ended', ...end })
    void this.#tellStatus(end).finally(() => this.#onEnd(end))
  }

  async #tellStatus({ status }: TwilioCallEnd): Promise<void> {
    const { statusUrl } = this.#order
    if (statusUrl === undefined) return
    const more = { CallStatus: status, CallDuration: String(Math.ceil(this.#now() / 1000)) }
    try {
      const response = await withRetries(statusUrl, () => this.#post(withoutOverrides(statusUrl), more))
      this.log.add({ type: 'answered', url: statusUrl, status: response.status, body: await response.text() })
    } catch (error) {
      this.log.add({ type: 'error', message: `11200 status callback: ${String(error)}` })
    }
  }

  #now(): number {
    return performance.now() - this.#startedAt
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}
