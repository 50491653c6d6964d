const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT$/

/** Reads a Date header (RFC 3261 §20.17) into seconds since 1970; undefined when malformed. */
export function parseSipDate(text: string): number | undefined {
  const match = DATE.exec(text.trim())
  const month = MONTHS.indexOf(match?.[2] ?? '')
  if (match === null || month < 0) return undefined
  const [day, year, hour, minute, second] = [1, 3, 4, 5, 6].map(at => Number(match[at])) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const ms = Date.UTC(year, month, day, hour, minute, second)
  const read = new Date(ms)
  const same = read.getUTCDate() === day && read.getUTCHours() === hour && read.getUTCMinutes() === minute
  return same && second < 60 ? ms / 1000 : undefined
}
