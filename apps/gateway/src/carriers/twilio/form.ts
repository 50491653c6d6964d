import { z } from 'zod'

/** More than any of Twilio's requests has. */
const maxParameters = 200

/** A form body, or undefined where it is not one. `URLSearchParams` alone forgives everything. */
export function parseForm(body: string): URLSearchParams | undefined {
  const pairs = body.split('&')
  if (pairs.length > maxParameters) return undefined
  for (const pair of pairs) {
    try {
      decodeURIComponent(pair)
    } catch {
      return undefined
    }
  }
  return new URLSearchParams(body)
}

const text = z.string().max(256)

/** The parameters of Twilio's voice requests that we read. https://www.twilio.com/docs/voice/twiml#request-parameters */
const voiceParameters = z.object({
  CallSid: z.string().regex(/^CA[0-9a-fA-F]{32}$/),
  To: text.default(''),
  From: text.default(''),
  /** Only where the caller's carrier signed for the number; a new word must not cost the call. */
  StirVerstat: z.string().max(256).optional().catch(undefined),
  CallStatus: z.string().max(32).default(''),
})
export type VoiceParameters = z.infer<typeof voiceParameters>

export function readVoiceParameters(form: URLSearchParams): VoiceParameters | undefined {
  return voiceParameters.safeParse(Object.fromEntries(form)).data
}

export function readAccountSid(form: URLSearchParams): string | undefined {
  const sid = form.get('AccountSid') ?? ''
  return /^AC[0-9a-fA-F]{32}$/.test(sid) ? sid : undefined
}

/** The number that was dialled, in E.164; undefined where `To` is something else (a SIP address, say). */
export function dialledNumber(to: string): string | undefined {
  const number = to.trim()
  return /^\+[1-9][0-9]{5,14}$/.test(number) ? number : undefined
}
