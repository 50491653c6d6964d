import { z } from 'zod'

/** Longest message taken, in bytes: 1 s of audio in base64 is 10,668, `start` with its parameters less than 4,000. */
export const LONGEST_MESSAGE = 16_384
/** Bytes of the longest frame: 1 s of µ-law. */
export const LONGEST_FRAME = 8000

const id = z.string().min(1).max(200)

// https://www.twilio.com/docs/voice/media-streams/websocket-messages, messages from Twilio.
const start = z.object({
  event: z.literal('start'),
  streamSid: id,
  start: z.object({
    accountSid: id,
    callSid: id,
    streamSid: id.exactOptional(),
    mediaFormat: z.object({
      encoding: z.literal('audio/x-mulaw'),
      sampleRate: z.literal(8000),
      channels: z.literal(1),
    }),
    customParameters: z.record(z.string(), z.string().max(1000)).exactOptional(),
  }),
})

const media = z.object({
  event: z.literal('media'),
  streamSid: id,
  media: z.object({ track: z.string().exactOptional(), payload: z.string() }),
})

const message = z.discriminatedUnion('event', [
  z.object({ event: z.literal('connected') }),
  start,
  media,
  z.object({ event: z.literal('dtmf'), streamSid: id, dtmf: z.object({ digit: z.string() }) }),
  z.object({ event: z.literal('mark'), streamSid: id, mark: z.object({ name: z.string() }) }),
  z.object({ event: z.literal('stop'), streamSid: id }),
])

const named = z.object({ event: z.string() })

export type TwilioMessage = z.infer<typeof message>

export type ReadTwilioMessage =
  | { type: 'message'; message: TwilioMessage }
  /** An event of a later version of the protocol. */
  | { type: 'unknown' }
  | { type: 'malformed' }

/** Reads one text message of a Media Stream. */
export function readTwilioMessage(text: string): ReadTwilioMessage {
  const parsed = parseJson(text)
  const read = message.safeParse(parsed)
  if (read.success) return { type: 'message', message: read.data }
  const name = named.safeParse(parsed)
  const isKnown = name.success && message.options.some(option => option.shape.event.value === name.data.event)
  return { type: name.success && !isKnown ? 'unknown' : 'malformed' }
}

/** Strict base64 (RFC 4648 §4); undefined for anything else. Buffer alone would skip what it does not know. */
export function readBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}

/** The same page, messages to Twilio. */
export function mediaMessage(streamSid: string, payload: string): string {
  return `{"event":"media","streamSid":${JSON.stringify(streamSid)},"media":{"payload":"${payload}"}}`
}

export function markMessage(streamSid: string, name: string): string {
  return JSON.stringify({ event: 'mark', streamSid, mark: { name } })
}

export function clearMessage(streamSid: string): string {
  return JSON.stringify({ event: 'clear', streamSid })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
