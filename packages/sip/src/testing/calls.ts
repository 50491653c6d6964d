import type { Call, CallInput, CallStep, OutgoingOrder } from '../call/call.ts'
import { startIncoming } from '../call/incoming.ts'
import { startOutgoing } from '../call/outgoing.ts'
import { callTransition } from '../call/transition.ts'
import { createRequest, createResponse } from '../message/build.ts'
import { header } from '../message/header-names.ts'
import type { Header, SipRequest, SipResponse } from '../message/message.ts'
import { withTag } from '../message/name-addr.ts'
import { sdpContent } from '../session/body.ts'
import type { CallEffect } from '../session/effects.ts'
import type { CallEnding } from '../session/ending-reasons.ts'
import { SESSION_EXTENSIONS, SESSION_METHODS, type SessionProfile } from '../session/profile.ts'

export const PROFILE: SessionProfile = {
  contact: 'sip:us@192.0.2.2',
  methods: SESSION_METHODS,
  extensions: SESSION_EXTENSIONS,
}

export const ORDER: OutgoingOrder = {
  target: 'sip:bob@example.com',
  from: 'sip:us@example.com',
  to: 'sip:bob@example.com',
  callId: 'call-3',
  localTag: 'ours',
  offer: 'our offer',
}

function effectLine(effect: CallEffect): string {
  switch (effect.type) {
    case 'send request':
      return `send ${effect.request.method}`
    case 'send ack':
      return 'send ACK'
    case 'respond':
      return `respond ${effect.response.status}`
    case 'start timer':
      return `start ${effect.name} ${effect.ms}`
    case 'start random timer':
      return `start ${effect.name} ${effect.fromMs}-${effect.toMs}`
    case 'stop timer':
      return `stop ${effect.name}`
    case 'tell':
      return effect.event.type === 'ended' ? `ended ${endingLine(effect.event.ending)}` : effect.event.type
    case 'unexpected':
      return `unexpected ${effect.input}`
    case 'cancel':
      return 'cancel'
  }
}

const endingLine = (ending: CallEnding): string =>
  ending.type === 'not answered'
    ? ending.outcome
    : ending.type === 'lost'
      ? ending.cause
      : ending.type === 'refused'
        ? `refused ${ending.status}`
        : `${ending.type} by ${ending.by}`

interface Content {
  readonly headers?: readonly Header[]
  readonly sdp?: string
}

/** A call of which every step can be looked at; after each step the state goes through JSON, as after a restart. */
export class TestCall {
  call: Call
  effects: readonly CallEffect[]
  readonly sent: SipRequest[] = []
  readonly responses: SipResponse[] = []
  #peerCseq = 100

  constructor(step: CallStep) {
    this.call = step.call
    this.effects = []
    this.#take(step)
  }

  #take({ call, effects }: CallStep): void {
    this.call = JSON.parse(JSON.stringify(call)) as Call
    this.effects = effects
    for (const effect of effects) {
      if (effect.type === 'send request' || effect.type === 'send ack') this.sent.push(effect.request)
      if (effect.type === 'respond') this.responses.push(effect.response)
    }
  }

  give(input: CallInput): this {
    this.#take(callTransition(this.call, input))
    return this
  }

  /** What the last input caused. Timers that are only stopped are left out. */
  lines(): string[] {
    return this.effects.map(effectLine).filter(line => !line.startsWith('stop '))
  }

  last(method: string): SipRequest {
    const request = this.sent.findLast(candidate => candidate.method === method)
    if (request === undefined) throw new Error(`no ${method} was sent`)
    return request
  }

  lastHeader(name: string): string | undefined {
    return header(this.responses.at(-1)!, name)
  }

  /** The peer answers our last request of a method. */
  answered(method: string, status: number, options: Content & { toTag?: string } = {}): this {
    const { headers = [], sdp, toTag = 'theirs' } = options
    const contact = { name: 'Contact', value: `<sip:${toTag}@192.0.2.9>` }
    const response = createResponse(this.last(method), status, {
      toTag,
      headers: [...(status < 300 ? [contact] : []), ...headers],
      ...sdpContent(sdp),
    })
    return this.give({ type: 'response', response })
  }

  /** A request of the peer in our dialog. */
  peerRequest(method: string, { headers = [], sdp, cseq }: Content & { cseq?: number } = {}): SipRequest {
    const { session } = this.call
    if (session === undefined) throw new Error('no dialog yet')
    const { dialog } = session
    this.#peerCseq = cseq ?? this.#peerCseq + 1
    return createRequest({
      method,
      uri: 'sip:us@192.0.2.2',
      from: withTag({ uri: dialog.remoteUri, params: [] }, dialog.remoteTag),
      to: withTag({ uri: dialog.localUri, params: [] }, dialog.localTag),
      callId: dialog.callId,
      cseq: this.#peerCseq,
      contact: { uri: 'sip:moved@192.0.2.9', params: [] },
      headers,
      ...sdpContent(sdp),
    })
  }

  asked(method: string, content: Content & { cseq?: number } = {}): this {
    const request = this.peerRequest(method, content)
    return method === 'ACK'
      ? this.give({ type: 'ack', request })
      : this.give({ type: 'request', id: `server ${method} ${this.#peerCseq}`, request })
  }
}

export const createTestOutgoing = (
  order: Partial<OutgoingOrder> = {},
  profile: Partial<SessionProfile> = {},
): TestCall => new TestCall(startOutgoing({ ...ORDER, ...order }, { ...PROFILE, ...profile }))

export const ALLOW_UPDATE: Header = { name: 'Allow', value: 'INVITE, ACK, BYE, UPDATE' }

export interface TestIncomingOptions extends Content {
  readonly profile?: Partial<SessionProfile>
  readonly withoutOffer?: boolean
}

/** The first step of a call to us: without `call` when it is refused. */
export function incomingStep({
  headers = [],
  profile = {},
  withoutOffer = false,
  sdp = 'their offer',
}: TestIncomingOptions = {}) {
  const request = createRequest({
    method: 'INVITE',
    uri: 'sip:us@192.0.2.2',
    from: { uri: 'sip:alice@example.com', params: [{ name: 'tag', value: 'theirs' }] },
    to: { uri: 'sip:us@192.0.2.2', params: [] },
    callId: 'call-4',
    cseq: 100,
    contact: { uri: 'sip:alice@192.0.2.9', params: [] },
    headers,
    ...sdpContent(withoutOffer ? undefined : sdp),
  })
  return startIncoming({
    id: 'server INVITE',
    request,
    profile: { ...PROFILE, ...profile },
    localTag: 'ours',
    rseq: 41,
  })
}

export function createTestIncoming(options: TestIncomingOptions = {}): TestCall {
  const { call, effects } = incomingStep(options)
  if (call === undefined) throw new Error('the INVITE was refused')
  return new TestCall({ call, effects })
}
