import type { NumberReader } from './number.port.ts'

/** Fetched when somebody is about to dial: the knowledge of all countries is larger than the rest of the page needs. */
export async function loadNumberReader(): Promise<NumberReader> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min')
  return (written, callingCode) => {
    const home = callingCode === null ? {} : { defaultCallingCode: callingCode }
    const number = parsePhoneNumberFromString(written.trim(), { ...home, extract: false })
    if (!number?.isPossible() || number.ext !== undefined) return null
    return { international: number.formatInternational(), country: number.country ?? null }
  }
}
