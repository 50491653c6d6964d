import { LONGEST_FRAME, type ReadTwilioMessage, readBase64, type TwilioMessage } from './twilio.rules.ts'

/** A carrier's stream as its messages tell it. `now` is in ms, monotonic. */
export type StreamState =
  | { status: 'waiting'; allowance: Allowance }
  | { status: 'started'; streamSid: string; allowance: Allowance }
  | { status: 'over' }

/** What a stream may still send at once; both grow with time. A TCP stall brings several seconds in one go. */
type Allowance = { bytes: number; messages: number; at: number }

export type StreamStart = {
  streamSid: string
  carrierCall: string
  carrierAccount: string
  /** The parameter named `token`, from our own TwiML. */
  token: string | null
}

export type StreamEffect =
  | { type: 'started'; start: StreamStart }
  | { type: 'audio'; payload: Uint8Array }
  | { type: 'digit'; digit: string }
  | { type: 'marked'; name: string }
  | { type: 'stopped' }
  | { type: 'refuse'; reason: StreamRefusal }

export type StreamRefusal =
  | 'malformed message'
  | 'second start'
  | 'media before start'
  | 'wrong stream id'
  | 'not base64'
  | 'frame over 1 s'
  | 'flood'

export type StreamStep = { state: StreamState; effects: StreamEffect[] }

const BURST_BYTES = 10 * 8000
const BURST_MESSAGES = 1000
// A little above real time, because two clocks never agree; frames may be as short as 5 ms.
const BYTES_PER_MS = 8 * 1.05
const MESSAGES_PER_MS = 0.25

export function awaitStart(now: number): StreamState {
  return { status: 'waiting', allowance: { bytes: BURST_BYTES, messages: BURST_MESSAGES, at: now } }
}

export function takeMessage(state: StreamState, read: ReadTwilioMessage, now: number): StreamStep {
  if (state.status === 'over') return { state, effects: [] }
  const allowance = grow(state.allowance, now)
  const next = { ...state, allowance: { ...allowance, messages: allowance.messages - 1 } }
  if (next.allowance.messages < 0) return refuse('flood')
  if (read.type === 'malformed') return refuse('malformed message')
  if (read.type === 'unknown' || read.message.event === 'connected') return { state: next, effects: [] }
  return next.status === 'waiting' ? waiting(next, read.message) : started(next, read.message)
}

type Waiting = Extract<StreamState, { status: 'waiting' }>
type Started = Extract<StreamState, { status: 'started' }>

function waiting(state: Waiting, message: TwilioMessage): StreamStep {
  switch (message.event) {
    case 'start': {
      const { streamSid } = message
      const { accountSid, callSid, customParameters } = message.start
      const token = customParameters?.token ?? null
      const start = { streamSid, carrierCall: callSid, carrierAccount: accountSid, token }
      return { state: { ...state, status: 'started', streamSid }, effects: [{ type: 'started', start }] }
    }
    case 'stop':
      return { state: { status: 'over' }, effects: [{ type: 'stopped' }] }
    default:
      return refuse('media before start')
  }
}

function started(state: Started, message: TwilioMessage): StreamStep {
  if (message.event === 'connected') return { state, effects: [] }
  if (message.event === 'start') return refuse('second start')
  if (message.streamSid !== state.streamSid) return refuse('wrong stream id')
  switch (message.event) {
    case 'media':
      return takeAudio(state, message.media)
    case 'dtmf':
      return { state, effects: [{ type: 'digit', digit: message.dtmf.digit }] }
    case 'mark':
      return { state, effects: [{ type: 'marked', name: message.mark.name }] }
    case 'stop':
      return { state: { status: 'over' }, effects: [{ type: 'stopped' }] }
  }
}

function takeAudio(state: Started, media: { track?: string; payload: string }): StreamStep {
  const payload = readBase64(media.payload)
  if (payload === undefined) return refuse('not base64')
  if (payload.length > LONGEST_FRAME) return refuse('frame over 1 s')
  const bytes = state.allowance.bytes - payload.length
  if (bytes < 0) return refuse('flood')
  const next = { ...state, allowance: { ...state.allowance, bytes } }
  // What the caller hears is of no use: it comes from us.
  if (media.track === 'outbound') return { state: next, effects: [] }
  return { state: next, effects: [{ type: 'audio', payload }] }
}

function grow(allowance: Allowance, now: number): Allowance {
  const elapsed = Math.max(0, now - allowance.at)
  return {
    bytes: Math.min(BURST_BYTES, allowance.bytes + elapsed * BYTES_PER_MS),
    messages: Math.min(BURST_MESSAGES, allowance.messages + elapsed * MESSAGES_PER_MS),
    at: now,
  }
}

function refuse(reason: StreamRefusal): StreamStep {
  return { state: { status: 'over' }, effects: [{ type: 'refuse', reason }] }
}
