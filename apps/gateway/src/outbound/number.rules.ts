import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** ITU-T E.164 §6.2.1: 15 digits at most, and no country code begins with 0. */
const e164 = /^\+[1-9]\d{5,14}$/

/**
 * A number as a person writes it, in E.164 with its plus; undefined for what cannot be one, as its length or its country says.
 * `callingCode`: of the country whose national numbers may be written without it, such as 1 or 49; null: none may.
 */
export function dialledNumber(written: string, callingCode: string | null): string | undefined {
  const home = callingCode === null ? {} : { defaultCallingCode: callingCode }
  const parsed = parsePhoneNumberFromString(written.trim(), { ...home, extract: false })
  if (!parsed?.isPossible() || parsed.ext !== undefined) return undefined
  return e164.test(parsed.number) ? parsed.number : undefined
}
