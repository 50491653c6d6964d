/**
 * What Twilio writes into `From` when the caller withheld the number: words, or the word typed on a telephone's keys
 * (ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE).
 */
const withheld = new Set([
  '',
  'anonymous',
  'restricted',
  'blocked',
  'private',
  'unknown',
  'unavailable',
  '+266696687',
  '+7378742833',
  '+2562533',
  '+8656696',
  '+86282452253',
])

/**
 * The caller as the vault should know them: an E.164 number, an address (`sip:…`, `client:…`), or null where it is withheld.
 */
export function callerOf(from: string): string | null {
  const caller = from.trim()
  if (withheld.has(caller.toLowerCase())) return null
  if (/^(sip|sips|client):/i.test(caller)) return caller
  const digits = caller.replace(/[\s().-]/g, '')
  return /^\+?[0-9]{2,15}$/.test(digits) ? digits : null
}

/** The number that was dialled, in E.164, as far as Twilio wrote one. */
export function dialledNumber(to: string): string | undefined {
  const number = to.trim()
  return /^\+[1-9][0-9]{5,14}$/.test(number) ? number : undefined
}
