/** Milliseconds as a clock: `0:07`, `12:34`, `1:02:03`. Never negative. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const pad = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const rest = pad(seconds % 60)
  return hours > 0 ? `${hours}:${pad(minutes)}:${rest}` : `${minutes}:${rest}`
}

/** The same as an ISO 8601 duration, for the `datetime` attribute of `<time>`. */
export function isoDuration(ms: number): string {
  return `PT${Math.max(0, Math.floor(ms / 1000))}S`
}

/** How long ago, in the language's own words: "5 min. ago". */
export function agoText(args: { ms: number; language: string }): string {
  const format = new Intl.RelativeTimeFormat(args.language, { numeric: 'auto', style: 'short' })
  const minutes = Math.round(args.ms / 60_000)
  if (minutes < 1) return format.format(0, 'second')
  if (minutes < 60) return format.format(-minutes, 'minute')
  const hours = Math.round(minutes / 60)
  return hours < 24 ? format.format(-hours, 'hour') : format.format(-Math.round(hours / 24), 'day')
}
