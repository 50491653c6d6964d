import type { Capabilities, Header, SipRequest } from '@ringdown/sip'
import { answerTimer, header, infoDigitOf, readReferral, screenRequest } from '@ringdown/sip'
import { limits } from './limits.rules.ts'

/** What a request is answered that is not taken, or that asks for no more than an answer. */
export type Answer = { status: number; headers: readonly Header[] }

/** What we take and know, in calls in and out (RFC 3261 §20.5, §20.37). A REFER is understood, and declined. */
export const capabilities = {
  methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'PRACK'],
  // RFC 3262 §3 is about provisional responses above 100: a call that comes in gets none, so that all of them are reliable.
  extensions: ['timer', '100rel'],
} as const

const takesAudio: Capabilities = {
  ...capabilities,
  // RFC 5621: networks put signalling of their own and callers' places beside the description.
  contentTypes: ['application/sdp', 'multipart/mixed', 'multipart/alternative', 'multipart/related'],
  schemes: ['sip', 'sips', 'tel'],
}

/** INFO with a body carries a key that was pressed, and nothing else. */
const takesDigits: Capabilities = {
  ...takesAudio,
  contentTypes: ['application/dtmf-relay', 'application/dtmf'],
}

const accept: Header = { name: 'Accept', value: takesAudio.contentTypes.join(', ') }

/** The same as headers, inside a dialog or outside. */
export const capabilityHeaders: readonly Header[] = [
  { name: 'Allow', value: capabilities.methods.join(', ') },
  { name: 'Supported', value: capabilities.extensions.join(', ') },
]

/** RFC 3261 §11.2. */
export const ourOptions: Answer = { status: 200, headers: [...capabilityHeaders, accept] }

/** RFC 3261 §8.2.1 to §8.2.3, in its order; undefined for a request that may be worked on. */
export function refusalOf(request: SipRequest): Answer | undefined {
  // RFC 3891 §3: where it has no meaning.
  if (request.method !== 'INVITE' && header(request, 'replaces') !== undefined) return bad
  const screening = screenRequest(request, request.method === 'INFO' ? takesDigits : takesAudio)
  if (!screening.ok) return screening
  if (request.method !== 'INVITE' && request.method !== 'UPDATE') return undefined
  // RFC 4028 §9: a session that is too short.
  const timer = answerTimer(request, limits.sessionTimer)
  return timer.ok ? undefined : { status: 422, headers: timer.headers }
}

/** What a request inside a dialog is answered that neither ends the call nor is about its audio; undefined for those that are. */
export function answerInDialog(request: SipRequest): Answer | undefined {
  // RFC 3515 §2.4.2: a transfer is understood and declined, which is more than that we never heard of it.
  if (request.method === 'REFER') return readReferral(request) ? declined : bad
  const refusal = refusalOf(request)
  if (refusal) return refusal
  if (request.method === 'OPTIONS') return ourOptions
  // RFC 3262 §3: it acknowledges nothing that we said.
  if (request.method === 'PRACK') return { status: 481, headers: [] }
  if (request.method !== 'INFO') return undefined
  return request.body.length === 0 || infoDigitOf(request) ? { status: 200, headers: [] } : bad
}

const bad: Answer = { status: 400, headers: [] }

const declined: Answer = {
  status: 603,
  headers: [{ name: 'Warning', value: '399 ringdown "Only an operator transfers a call"' }],
}
