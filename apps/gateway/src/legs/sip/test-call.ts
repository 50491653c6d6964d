import type { SipMessage, SipRequest, SipResponse } from '@ringdown/sip'
import { callIdOf, contactsOf, cseqOf, header, isSuccess, tagOf, toOf } from '@ringdown/sip'
import type { TestPhone } from './test-phone.ts'

export type InviteOptions = {
  uri?: string
  from?: string
  /** More header lines. */
  headers?: string[]
  /** null: none. */
  body?: string | null
  contentType?: string
  contact?: string
  method?: string
  to?: string
}

let made = 0

/** An SDP offer as telephones write it. */
export function sdp({
  codecs = '0 8 101',
  direction = 'sendrecv',
  address = '127.0.0.1',
  port = 30_000,
}: {
  codecs?: string
  direction?: string
  address?: string
  port?: number
} = {}): string {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    `c=IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${codecs}`,
    ...(codecs.includes('101') ? ['a=rtpmap:101 telephone-event/8000'] : []),
    `a=${direction}`,
    '',
  ].join('\r\n')
}

/** The caller's side of one call: one dialog, written by hand. */
export class TestCall {
  readonly phone: TestPhone
  readonly callId: string
  readonly branch: string
  readonly options: InviteOptions
  /** Our last CSeq number. */
  cseq = 1
  answer: SipResponse | undefined
  #to: string

  constructor(phone: TestPhone, options: InviteOptions = {}) {
    made += 1
    this.phone = phone
    this.options = options
    this.callId = `call-${phone.port}-${made}`
    this.branch = `z9hG4bK-${phone.port}-${made}`
    this.#to = options.to ?? '<sip:+15550100@127.0.0.1>'
  }

  /** Whether a message belongs to this call. */
  owns(message: SipMessage): boolean {
    return callIdOf(message) === this.callId
  }

  invite(): Promise<void> {
    const { method = 'INVITE', body = sdp(), contentType, headers = [] } = this.options
    const type = contentType === undefined ? {} : { contentType }
    return this.phone.send(this.text(method, { branch: this.branch, body, headers, ...type }))
  }

  cancel(): Promise<void> {
    return this.phone.send(this.text('CANCEL', { branch: this.branch, cseq: 1 }))
  }

  /** What the answer says of the dialog counts from now on, without an ACK for it. */
  know(answer: SipResponse): void {
    this.answer = answer
    this.#to = header(answer, 'to')!
  }

  /** ACK for the final answer: a transaction of its own for a 2xx, the INVITE's for a failure (RFC 3261 §17.1.1.3). */
  ack(
    answer: SipResponse,
    { body = null, ...type }: { body?: string | null; contentType?: string } = {},
  ): Promise<void> {
    this.know(answer)
    const branch = isSuccess(answer) ? `${this.branch}-ack-${this.cseq}` : this.branch
    return this.phone.send(this.text('ACK', { branch, cseq: this.cseq, body, ...type }))
  }

  /** A request inside the dialog, with the next number. */
  request(
    method: string,
    {
      cseq,
      ...content
    }: { body?: string | null; contentType?: string; headers?: string[]; cseq?: number } = {},
  ): Promise<void> {
    this.cseq = cseq ?? this.cseq + 1
    const branch = `${this.branch}-${method}-${this.cseq}`
    return this.phone.send(this.text(method, { branch, cseq: this.cseq, ...content }))
  }

  /** Knows our tag although nobody told: for requests of a dialog that is not there. */
  pretend(to: string): void {
    this.#to = to
  }

  /** The final answer to the request that it began with. */
  async answered(): Promise<SipResponse> {
    const { method = 'INVITE' } = this.options
    const isFinal = (m: SipMessage) =>
      m.kind === 'response' && m.status >= 200 && this.owns(m) && cseqOf(m)?.method === method
    return (await this.phone.next(isFinal)) as SipResponse
  }

  async next(method: string): Promise<SipRequest> {
    const is = (m: SipMessage) => m.kind === 'request' && m.method === method && this.owns(m)
    return (await this.phone.next(is)) as SipRequest
  }

  text(
    method: string,
    {
      branch,
      cseq = this.cseq,
      body = null,
      contentType = 'application/sdp',
      headers = [],
    }: { branch: string; cseq?: number; body?: string | null; contentType?: string; headers?: string[] },
  ): string {
    const { uri = 'sip:+15550100@127.0.0.1', from = '<sip:+15550142@127.0.0.1>' } = this.options
    const inDialog = this.answer ? contactsOf(this.answer)[0]?.uri : undefined
    const transport = this.phone.transport === 'tcp' ? ';transport=tcp' : ''
    return [
      `${method} ${inDialog ?? uri} SIP/2.0`,
      this.phone.via(branch),
      'Max-Forwards: 70',
      `From: ${from};tag=caller-${this.callId}`,
      `To: ${this.#to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: ${this.options.contact ?? `<sip:phone@127.0.0.1:${this.phone.port}${transport}>`}`,
      ...headers,
      ...(body === null ? [] : [`Content-Type: ${contentType}`]),
      `Content-Length: ${body?.length ?? 0}`,
      '',
      body ?? '',
    ].join('\n')
  }
}

export const toTagOf = (response: SipResponse): string | undefined => tagOf(toOf(response))
