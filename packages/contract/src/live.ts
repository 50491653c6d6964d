import { z } from 'zod'
import { operatorLine } from './devices.ts'
import { ending } from './endings.ts'
import { errorCode } from './errors.ts'

/**
 * The console's WebSocket, `/api/v1/live`: JSON text messages, authenticated by the session cookie at the upgrade.
 * The server sends whole views, never differences: a console that reconnects is right after one message.
 * Every command carries an `id` chosen by the client; exactly one `result` with that `id` answers it.
 */
export const liveVersion = 1

/** What an operator is doing (FEATURES RT-7). */
export const operatorStatus = z.enum(['offline', 'available', 'ringing', 'on-call', 'wrap-up', 'on-break'])
export type OperatorStatus = z.infer<typeof operatorStatus>

/**
 * State of the warm line (FEATURES NX-1). `warm`: the last probe was answered, calls may be offered.
 * `cold`: the path exists but did not answer the last probe.
 */
export const lineState = z.enum(['none', 'opening', 'probing', 'warm', 'cold'])
export type LineState = z.infer<typeof lineState>

const callId = z.string().min(1).max(64)
const commandId = z.string().min(1).max(64)
const lineId = z.string().min(1).max(64)

/** Audio quality as the browser counted it since the last report. */
export const qualityReport = z.object({
  roundTripMs: z.number().min(0).max(60_000).nullable(),
  jitterMs: z.number().min(0).max(60_000).nullable(),
  packetsReceived: z.number().int().min(0),
  packetsLost: z.number().int(),
})
export type QualityReport = z.infer<typeof qualityReport>

export const liveCommand = z.discriminatedUnion('type', [
  /** Opens (or replaces) this operator's warm line: the browser's SDP offer with one audio m-line, all candidates gathered. */
  z.object({ type: z.literal('open line'), id: commandId, line: lineId, sdp: z.string().max(20_000) }),
  z.object({ type: z.literal('close line'), id: commandId, line: lineId }),
  /** Answer to `probe`: how many packets arrived (from getStats inbound-rtp) since the probe was announced. */
  z.object({
    type: z.literal('probe result'),
    id: commandId,
    probe: z.string().max(64),
    received: z.number().int().min(0),
  }),
  z.object({ type: z.literal('go available'), id: commandId }),
  z.object({ type: z.literal('take a break'), id: commandId }),
  z.object({ type: z.literal('go offline'), id: commandId }),
  /** Where calls ring from now on; not while one rings or is talked on. */
  z.object({ type: z.literal('answer with'), id: commandId, line: operatorLine }),
  /**
   * Calls a number, for owners and administrators who have a line. `number` as a person writes it; `trunk` by its id, the first that
   * calls out where it is left out. The answer is the call.
   */
  z.object({
    type: z.literal('dial'),
    id: commandId,
    number: z.string().min(1).max(64),
    trunk: z.string().min(1).max(64).exactOptional(),
  }),
  z.object({ type: z.literal('accept'), id: commandId, call: callId }),
  z.object({ type: z.literal('decline'), id: commandId, call: callId }),
  z.object({ type: z.literal('hang up'), id: commandId, call: callId }),
  z.object({ type: z.literal('hold'), id: commandId, call: callId }),
  z.object({ type: z.literal('resume'), id: commandId, call: callId }),
  /** Tells the other views that this operator muted their own microphone; the muting itself happens in the browser. */
  z.object({ type: z.literal('mute'), id: commandId, call: callId, muted: z.boolean() }),
  z.object({
    type: z.literal('digits'),
    id: commandId,
    call: callId,
    digits: z.string().regex(/^[0-9*#A-D]{1,32}$/),
  }),
  z.object({ type: z.literal('quality'), id: commandId, report: qualityReport }),
])
export type LiveCommand = z.infer<typeof liveCommand>

/** Who called whom: `out` is a call of ours. */
export const callDirection = z.enum(['in', 'out'])
export type CallDirection = z.infer<typeof callDirection>

/**
 * How far a call of ours has come at the far end. `early media`: what that says before it answers (a ringing tone of its own, an
 * announcement) is heard already.
 */
export const dialProgress = z.enum(['calling', 'ringing', 'early media'])
export type DialProgress = z.infer<typeof dialProgress>

/** The person outside, who called or whom we call, as operators see them: a pseudonym that stays the same for the same number, never the number. */
export const callerView = z.object({ mask: z.string(), earlierCalls: z.number().int().min(0) })
export type CallerView = z.infer<typeof callerView>

/**
 * What is proved about the number that a caller shows (FEATURES IN-9). A, B, C: a carrier signed for it (RFC 8588 §4): the caller may use it;
 * only the caller is known; only where the call came in. `failed`: somebody signed, and it is wrong.
 */
export const callerIdentity = z.enum(['A', 'B', 'C', 'unverified', 'failed'])
export type CallerIdentity = z.infer<typeof callerIdentity>

/** null: nothing was said, or nothing is known yet. */
const identity = callerIdentity.nullable()

export const participantView = z.object({
  role: z.enum(['caller', 'operator']),
  name: z.string(),
  muted: z.boolean(),
  present: z.boolean(),
})
export type ParticipantView = z.infer<typeof participantView>

/** What the caller is sent and, unless the page speaks it too, what our media plane has to turn its audio into. */
export const callCodec = z.enum(['PCMU', 'PCMA', 'G722', 'opus'])
export type CallCodec = z.infer<typeof callCodec>

export const offerView = z.object({
  call: callId,
  caller: callerView,
  identity,
  queue: z.string(),
  waitingSince: z.number(),
  ringsUntil: z.number(),
  /** Absent until it is known. A page that sends this from the accept on is heard untouched. */
  codec: callCodec.exactOptional(),
})
export type OfferView = z.infer<typeof offerView>

export const activeCallView = z.object({
  call: callId,
  caller: callerView,
  identity,
  queue: z.string(),
  direction: callDirection,
  /**
   * `dialing`: the far end of a call of ours has not answered yet. `parked`: this operator's line broke; the caller hears music until it is
   * back. `wrapping`: the caller is gone.
   */
  state: z.enum(['dialing', 'connected', 'held', 'parked', 'wrapping']),
  /** While dialing; null in all other states. */
  progress: dialProgress.nullable(),
  /** ms since the epoch; while dialing, when that began. */
  connectedAt: z.number(),
  wrapUpUntil: z.number().nullable(),
  participants: z.array(participantView),
  /** What the gateway measures towards the caller; null until it knows. */
  callerQuality: z.object({ lossPercent: z.number(), jitterMs: z.number() }).nullable(),
  /** As in the offer; it may change during the call. */
  codec: callCodec.exactOptional(),
})
export type ActiveCallView = z.infer<typeof activeCallView>

export const queuedCallView = z.object({
  call: callId,
  caller: callerView,
  identity,
  queue: z.string(),
  waitingSince: z.number(),
  position: z.number().int().min(1),
  state: z.enum(['queued', 'offered']),
})
export type QueuedCallView = z.infer<typeof queuedCallView>

export const recentCallView = z.object({
  call: callId,
  caller: callerView,
  identity,
  direction: callDirection,
  startedAt: z.number(),
  /** ms since the epoch; null when it was never answered. */
  answeredAt: z.number().nullable(),
  endedAt: z.number(),
  ending,
  operator: z.string().nullable(),
})
export type RecentCallView = z.infer<typeof recentCallView>

/** Everything the operator page shows. All times are ms since the epoch by the server's clock; `now` lets the page correct its own. */
export const operatorView = z.object({
  now: z.number(),
  operator: z.object({ id: z.string(), name: z.string(), status: operatorStatus }),
  organization: z.object({ id: z.string(), name: z.string() }),
  line: z.object({ id: lineId.nullable(), state: lineState }),
  /** `answers`: calls ring at this operator's desk phones, of which so many can be reached, and not in the browser. */
  deskPhone: z.object({ answers: z.boolean(), registered: z.number().int().min(0) }),
  offer: offerView.nullable(),
  active: activeCallView.nullable(),
  queue: z.array(queuedCallView),
  recent: z.array(recentCallView),
  /** How many operators of the organization are available or ringing, this one included. */
  operatorsAvailable: z.number().int().min(0),
})
export type OperatorView = z.infer<typeof operatorView>

export const liveMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('view'), version: z.literal(liveVersion), view: operatorView }),
  // A union of its own: a discriminated union takes each value of `type` once.
  z.discriminatedUnion('ok', [
    z.object({
      type: z.literal('result'),
      id: commandId,
      ok: z.literal(true),
      answer: z.string().optional(),
    }),
    z.object({
      type: z.literal('result'),
      id: commandId,
      ok: z.literal(false),
      error: z.object({ code: errorCode, message: z.string() }),
    }),
  ]),
  /** The gateway is about to send `packets` test packets down this line; the browser answers with `probe result` after `afterMs`. */
  z.object({
    type: z.literal('probe'),
    probe: z.string(),
    line: lineId,
    packets: z.number().int(),
    afterMs: z.number(),
  }),
  /**
   * Said first on every connection: the line that the gateway has of this operator, if any. Views need the database, this does not; a
   * page whose line is another one opens it anew.
   */
  z.object({ type: z.literal('line'), line: lineId.nullable() }),
  /** The line broke on the gateway's side (its media worker ended, it never connected): open a new one now. */
  z.object({ type: z.literal('line lost'), line: lineId }),
  /** Another page of the same operator took over; this one should say so and stay quiet. */
  z.object({ type: z.literal('replaced') }),
])
export type LiveMessage = z.infer<typeof liveMessage>
