const levels: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
}

const shownElsewhere = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'err'])

/** One finished line of JSON as one line for people. A line that is not JSON is given back as it is. */
export function prettyLine(json: string): string {
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(json) as Record<string, unknown>
  } catch {
    return json
  }
  const time = new Date(Number(entry.time)).toISOString().slice(11, 23)
  const level = (levels[Number(entry.level)] ?? String(entry.level)).padEnd(5)
  const fields = Object.entries(entry)
    .filter(([name]) => !shownElsewhere.has(name))
    .map(([name, value]) => ` ${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
  const name = entry.name === undefined ? '' : ` ${entry.name}:`
  return `${time} ${level}${name} ${entry.msg ?? ''}${fields.join('')}${problem(entry.err)}\n`
}

function problem(err: unknown): string {
  if (typeof err !== 'object' || err === null) return ''
  const { stack, message } = err as { stack?: string; message?: string }
  return `\n  ${(stack ?? message ?? '').replaceAll('\n', '\n  ')}`
}
