/** What must never stand in a log line, and how it is taken out. */

const concealedNumber = '[number]'
const concealedSecret = '[secret]'

/**
 * A plus sign (also as %2B) and 7 to 15 digits, with the separators people write between them (E.164 allows 15 digits;
 * the shortest numbers in use have 7).
 */
const international = /(?:\+|%2b)\d(?:[ ().-]{0,2}\d){6,}/gi

/** The user part of sip:, sips: and tel: addresses, when it holds a number: RFC 3261 §19.1, RFC 3966 §3. */
const inAddress = /\b(sips?|tel):\+?[\d().-]{3,}(?=[@;>?"'\s\\]|$)/gi

/** Takes out whatever looks like a telephone number. Works on any text, so also on a finished line of JSON. */
export function withoutNumbers(text: string): string {
  return text.replace(international, concealedNumber).replace(inAddress, `$1:${concealedNumber}`)
}

const secretName =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-twilio-signature|digits)$|passw|secret|token|credential|master-?_?key|api-?_?key|private-?_?key|sealed|sdp$/i

/** A finished line of JSON: values with a secret's name are concealed, then whatever looks like a number. */
export function guardLine(line: string): string {
  return withoutNumbers(withoutSecrets(line))
}

function withoutSecrets(line: string): string {
  try {
    return `${JSON.stringify(JSON.parse(line, concealed))}\n`
  } catch {
    return `{"level":40,"msg":"a log line was not JSON and was dropped"}\n`
  }
}

function concealed(name: string, value: unknown): unknown {
  return secretName.test(name) && value !== null ? concealedSecret : value
}
