import { z } from 'zod'

/** Messages of the Media Streams protocol. https://www.twilio.com/docs/voice/media-streams/websocket-messages */
const base64 = z.string().regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)

/** What a server may say, exactly. */
const toTwilio = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('media'),
    streamSid: z.string(),
    media: z.strictObject({ payload: base64.min(1) }),
  }),
  z.strictObject({
    event: z.literal('mark'),
    streamSid: z.string(),
    mark: z.strictObject({ name: z.string().min(1) }),
  }),
  z.strictObject({ event: z.literal('clear'), streamSid: z.string() }),
])
export type ToTwilio = z.infer<typeof toTwilio>

/** Undefined where Twilio would report error 31951 (invalid message). */
export function readToTwilio(text: string): ToTwilio | undefined {
  try {
    return toTwilio.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

export const connectedMessage = { event: 'connected', protocol: 'Call', version: '1.0.0' }

/** Builds the numbered messages of one stream. */
export function createMessages({
  accountSid,
  callSid,
  streamSid,
}: {
  accountSid: string
  callSid: string
  streamSid: string
}) {
  let sequence = 0
  const numbered = (event: string, body: object, sid = streamSid) => ({
    event,
    sequenceNumber: String(++sequence),
    ...body,
    streamSid: sid,
  })
  return {
    start: (customParameters: Record<string, string>) =>
      numbered('start', {
        start: {
          accountSid,
          streamSid,
          callSid,
          tracks: ['inbound'],
          mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
          customParameters,
        },
      }),
    media: (given: { chunk: number; timestamp: number; payload: string; sid?: string }) =>
      numbered(
        'media',
        {
          media: {
            track: 'inbound',
            chunk: String(given.chunk),
            timestamp: String(given.timestamp),
            payload: given.payload,
          },
        },
        given.sid,
      ),
    dtmf: (digit: string) => numbered('dtmf', { dtmf: { track: 'inbound_track', digit } }),
    mark: (name: string) => numbered('mark', { mark: { name } }),
    stop: () => numbered('stop', { stop: { accountSid, callSid } }),
  }
}
