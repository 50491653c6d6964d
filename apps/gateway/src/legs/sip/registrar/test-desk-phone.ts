import type { DigestHash, Header, SipResponse } from '@ringdown/sip'
import { answerChallenge, authorize, cseqOf, type DigestSession } from '@ringdown/sip'
import { sdp } from '../test-call.ts'
import type { TestPhone } from '../test-phone.ts'
import { crypto, device, realm, secret } from './doubles.ts'

export type Asked = {
  username?: string
  password?: string
  /** Whom it registers; itself unless told. */
  to?: string
  uri?: string
  headers?: string[]
  hash?: DigestHash
  callId?: string
}

/** What a telephone speaks through. */
type Line = Pick<TestPhone, 'port' | 'via' | 'next'> & { send(text: string): Promise<void> }

/** A telephone that answers challenges, as the ones on desks do. */
export class DeskPhone<Phone extends Line = Line> {
  readonly phone: Phone
  #sessions: readonly DigestSession[] = []
  #cseq = 0

  constructor(phone: Phone) {
    this.phone = phone
  }

  get contact(): string {
    return `sip:${device.username}@127.0.0.1:${this.phone.port}`
  }

  /** One request, with what is known of earlier challenges, and its final answer. */
  async ask(method: 'REGISTER' | 'INVITE' | 'OPTIONS', asked: Asked = {}): Promise<SipResponse> {
    const cseq = ++this.#cseq
    await this.phone.send(this.text(method, cseq, asked))
    return this.#final(method, cseq)
  }

  /** The same, answering one challenge. */
  async authenticated(method: 'REGISTER' | 'INVITE', asked: Asked = {}): Promise<SipResponse> {
    const challenged = await this.ask(method, asked)
    if (challenged.status !== 401) return challenged
    this.learn(challenged, method, asked)
    return this.ask(method, asked)
  }

  /** Binds its own contact for an hour. */
  register(asked: Asked = {}): Promise<SipResponse> {
    return this.authenticated('REGISTER', { headers: [`Contact: <${this.contact}>`], ...asked })
  }

  /** It is switched off and on. */
  forget(): void {
    this.#sessions = []
  }

  learn(challenge: SipResponse, method: string, asked: Asked = {}): void {
    const answer = answerChallenge({
      response: challenge,
      target: this.#target(method, asked),
      credentials: this.#credentials(asked),
      sessions: [],
      cnonce: 'cnonce',
      crypto: { ...crypto, hashes: [asked.hash ?? 'SHA-256'] },
    })
    if (!answer.ok) throw new Error(answer.error)
    this.#sessions = answer.sessions.map(session => ({ ...session, count: 0 }))
  }

  text(method: string, cseq: number, asked: Asked = {}): string {
    const { username = device.username, to = username, headers = [], callId = 'desk' } = asked
    const { uri } = this.#target(method, asked)
    const body = method === 'INVITE' ? sdp() : ''
    return [
      `${method} ${uri} SIP/2.0`,
      this.phone.via(`z9hG4bK-${this.phone.port}-${method}-${cseq}`),
      'Max-Forwards: 70',
      `From: <sip:${to}@${realm}>;tag=desk`,
      method === 'INVITE' ? `To: <${uri}>` : `To: <sip:${to}@${realm}>`,
      `Call-ID: ${callId}-${this.phone.port}`,
      `CSeq: ${cseq} ${method}`,
      ...(method === 'INVITE' ? [`Contact: <${this.contact}>`, 'Content-Type: application/sdp'] : []),
      ...headers,
      ...this.#authorization(method, asked).map(({ name, value }) => `${name}: ${value}`),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
  }

  #authorization(method: string, asked: Asked): readonly Header[] {
    const answer = authorize({
      target: this.#target(method, asked),
      credentials: this.#credentials(asked),
      sessions: this.#sessions,
      crypto,
    })
    if (!answer.ok) return []
    this.#sessions = answer.sessions
    return answer.headers
  }

  #target(method: string, { uri }: Asked) {
    const target = uri ?? (method === 'INVITE' ? `sip:+15550100@${realm}` : `sip:${realm}`)
    return { method, uri: target, host: realm }
  }

  #credentials({ username = device.username, password = secret }: Asked) {
    return [{ realm, host: realm, username, password }]
  }

  #final(method: string, cseq: number): Promise<SipResponse> {
    return this.phone.next(
      message =>
        message.kind === 'response' &&
        message.status >= 200 &&
        cseqOf(message)?.number === cseq &&
        cseqOf(message)?.method === method,
    ) as Promise<SipResponse>
  }
}
