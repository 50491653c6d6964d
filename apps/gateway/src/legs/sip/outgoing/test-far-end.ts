import type { SipMessage, SipRequest, SipResponse } from '@ringdown/sip'
import { callIdOf, cseqOf, encodeUtf8, header, headerLines } from '@ringdown/sip'
import { sdp } from '../test-call.ts'
import type { TestPhone } from '../test-phone.ts'

type Said = { tag?: string; body?: string; contentType?: string; headers?: string[]; contact?: string }

/** The far end of a call of ours: takes its INVITE and says what a test wants. */
export class TestFarEnd {
  readonly phone: TestPhone
  readonly invite: SipRequest
  #cseq = 100

  private constructor(phone: TestPhone, invite: SipRequest) {
    this.phone = phone
    this.invite = invite
  }

  /** The next INVITE that comes to this telephone. */
  static async rung(phone: TestPhone): Promise<TestFarEnd> {
    return new TestFarEnd(phone, await phone.request('INVITE'))
  }

  reply(request: SipRequest, status: number, said: Said = {}): Promise<void> {
    const { tag = 'theirs', body, contentType = 'application/sdp', headers = [] } = said
    const { contact = `<sip:them@127.0.0.1:${this.phone.port}>` } = said
    const lines = (name: string) => headerLines(request, name).map(value => `${name}: ${value}`)
    const to = header(request, 'to') ?? ''
    return this.phone.send(
      [
        `SIP/2.0 ${status} Said`,
        ...['Via', 'From', 'Call-ID', 'CSeq'].flatMap(lines),
        `To: ${to}${/;tag=/.test(to) || status === 100 ? '' : `;tag=${tag}`}`,
        ...(status < 300 ? [`Contact: ${contact}`] : []),
        ...headers,
        ...(body === undefined ? [] : [`Content-Type: ${contentType}`]),
        `Content-Length: ${body === undefined ? 0 : encodeUtf8(body).length}`,
        '',
        body ?? '',
      ].join('\r\n'),
    )
  }

  say(status: number, said?: Said): Promise<void> {
    return this.reply(this.invite, status, said)
  }

  ring(said?: Said): Promise<void> {
    return this.say(180, said)
  }

  answer(said: Said = {}): Promise<void> {
    return this.say(200, { body: sdp({ codecs: '0' }), ...said })
  }

  /** A request of theirs inside the call. */
  async request(
    method: string,
    { body, contentType = 'application/sdp', headers = [], tag = 'theirs' }: Omit<Said, 'contact'> = {},
  ): Promise<SipResponse> {
    this.#cseq += 1
    const contact = header(this.invite, 'contact') ?? ''
    await this.phone.send(
      [
        `${method} ${contact.replace(/^<|>$/g, '')} SIP/2.0`,
        this.phone.via(`z9hG4bK-${this.phone.port}-${method}-${this.#cseq}`),
        'Max-Forwards: 70',
        `From: ${header(this.invite, 'to')};tag=${tag}`,
        `To: ${header(this.invite, 'from')}`,
        `Call-ID: ${callIdOf(this.invite)}`,
        `CSeq: ${this.#cseq} ${method}`,
        `Contact: <sip:them@127.0.0.1:${this.phone.port}>`,
        ...headers,
        ...(body === undefined ? [] : [`Content-Type: ${contentType}`]),
        `Content-Length: ${body === undefined ? 0 : encodeUtf8(body).length}`,
        '',
        body ?? '',
      ].join('\r\n'),
    )
    const isAnswer = (m: SipMessage) =>
      m.kind === 'response' &&
      m.status >= 200 &&
      cseqOf(m)?.number === this.#cseq &&
      cseqOf(m)?.method === method
    return (await this.phone.next(isAnswer)) as SipResponse
  }

  /** The next request of ours in this call. */
  next(method: string): Promise<SipRequest> {
    return this.phone.next(
      m => m.kind === 'request' && m.method === method && callIdOf(m) === callIdOf(this.invite),
    ) as Promise<SipRequest>
  }

  /** Takes the BYE of ours that comes next. */
  async takesBye(): Promise<SipRequest> {
    const bye = await this.next('BYE')
    await this.reply(bye, 200)
    return bye
  }
}
