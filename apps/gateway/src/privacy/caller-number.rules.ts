/** What a number becomes before it is compared: two spellings of one number are one caller. */

/**
 * Twilio sends these in place of a number that is withheld or unknown: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and
 * UNAVAILABLE spelled on a telephone's keys.
 */
const withheldOnKeys = new Set(['266696687', '7378742833', '2562533', '8656696', '86282452253'])

/** Words of SIP user parts; RFC 3323 §4.1.1.3 names `anonymous`. */
const withheldWords = new Set([
  '',
  'anonymous',
  'restricted',
  'blocked',
  'private',
  'withheld',
  'unknown',
  'unavailable',
  'invalid',
  'asserted',
])

/** Whether a carrier names a caller so who does not show their number. */
export const isWithheld = (text: string): boolean => normaliseNumber(text) === undefined

/** undefined: the caller withheld the number. Otherwise E.164 where it looks like it, else the trimmed name itself. */
export function normaliseNumber(text: string): string | undefined {
  const bare = text.trim().toLowerCase()
  if (withheldWords.has(bare)) return undefined
  const compact = bare.replace(/[\s().\-/]/g, '')
  const international = /^(?:\+|00)(\d{5,15})$/.exec(compact)?.[1] ?? /^([1-9]\d{10,14})$/.exec(compact)?.[1]
  if (international !== undefined) {
    return withheldOnKeys.has(international) ? undefined : `+${international}`
  }
  return /^\d+$/.test(compact) ? compact : bare
}
