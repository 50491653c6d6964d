/** The few TwiML verbs that we need, each as finished XML. https://www.twilio.com/docs/voice/twiml */
export type Verb = string

export function twiml(...verbs: Verb[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${verbs.join('')}</Response>`
}

/** Opens a bidirectional stream; the next verb runs when it is over. Twilio allows no query string in `url`. */
export function connectStream({ url, token }: { url: string; token: string }): Verb {
  return `<Connect><Stream url="${escapeXml(url)}"><Parameter name="token" value="${escapeXml(token)}"/></Stream></Connect>`
}

export function redirect(url: string): Verb {
  return `<Redirect method="POST">${escapeXml(url)}</Redirect>`
}

export function say(sentence: string): Verb {
  return `<Say language="en-US">${escapeXml(sentence)}</Say>`
}

export function pause({ seconds }: { seconds: number }): Verb {
  return `<Pause length="${seconds}"/>`
}

export const hangUp: Verb = '<Hangup/>'

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character] ?? character)
}
