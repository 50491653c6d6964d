import type { TrunkNumbers } from '@ringdown/contract'

/** ITU-T E.164 §6.2.1: 15 digits at most, and no country code begins with 0; fewer than 6 is a short code. */
const e164 = /^[1-9]\d{5,14}$/
/** Bare digits after the country code, from which on they count as having one. */
const shortestNational = 7

/** RFC 3966 §5.1.1, and blanks, which some telephones escape into a SIP URI. */
const separators = /[\s().-]/g

/** A number as the trunk writes it, in E.164 with its plus; undefined for what is none: short codes, names. */
export function numberIn(format: TrunkNumbers, written: string): string | undefined {
  const text = written.replace(separators, '')
  const digits = /^\+?\d+$/.test(text) ? internationalOf(format, text) : undefined
  return digits !== undefined && e164.test(digits) ? `+${digits}` : undefined
}

/** The most certain reading first: a plus, a prefix, and then what bare digits are on this trunk. */
function internationalOf(format: TrunkNumbers, text: string): string {
  const { callingCode, nationalPrefix } = format
  const leaving = format.internationalPrefix || '00'
  if (text.startsWith('+')) return text.slice(1)
  if (text.startsWith(leaving)) return text.slice(leaving.length)
  if (callingCode === null) return text
  if (hasCode(text, callingCode, nationalPrefix)) return text
  const isPrefixed = nationalPrefix !== '' && text.startsWith(nationalPrefix)
  return callingCode + (isPrefixed ? text.slice(nationalPrefix.length) : text)
}

/** Where national numbers have a prefix of other digits, one with it never counts as having the country code. */
function hasCode(text: string, callingCode: string, nationalPrefix: string): boolean {
  const isNational =
    nationalPrefix !== '' && nationalPrefix !== callingCode && text.startsWith(nationalPrefix)
  return !isNational && text.startsWith(callingCode) && text.length >= callingCode.length + shortestNational
}

/**
 * An E.164 number with its plus, as the trunk wants it dialled.
 * @param number `+` and 6 to 15 digits
 */
export function numberOut(format: TrunkNumbers, number: string): string {
  return format.dialPrefix + written(format, number.slice(1))
}

function written(
  { out, callingCode, nationalPrefix, internationalPrefix }: TrunkNumbers,
  digits: string,
): string {
  switch (out) {
    case 'plus-e164':
      return `+${digits}`
    case 'e164':
      return digits
    case 'international':
      return `${internationalPrefix || '+'}${digits}`
    case 'national':
      return callingCode !== null && digits.startsWith(callingCode)
        ? nationalPrefix + digits.slice(callingCode.length)
        : `${internationalPrefix || '+'}${digits}`
  }
}
