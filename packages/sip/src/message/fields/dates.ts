import { header } from '../header-names.ts'
import type { SipMessage } from '../message.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const RFC1123 =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/

/** The Date in ms since 1970; undefined when absent, malformed or not GMT (RFC 3261 §20.17, RFC 4475 §3.1.2.12). */
export function dateOf(message: SipMessage): number | undefined {
  const match = RFC1123.exec(header(message, 'date') ?? '')
  if (match === null) return undefined
  const [day = 0, year = 0, hour = 0, minute = 0, second = 0] = [1, 3, 4, 5, 6].map(i => Number(match[i]))
  const month = MONTHS.indexOf(match[2]!)
  const isReal = month >= 0 && day >= 1 && day <= new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
  return isReal && hour < 24 && minute < 60 && second <= 60
    ? Date.UTC(year, month, day, hour, minute, second)
    : undefined
}
