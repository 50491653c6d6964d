import { trimBlanks } from './blanks.ts'
import { isToken } from './grammar.ts'
import type { Header } from './message.ts'
import type { ParseLimits, ParseReason } from './parse-result.ts'
import type { Flaw } from './validate.ts'

interface HeaderFields {
  readonly headers: readonly Header[]
  readonly flaw?: Flaw
}

/** Reads the lines after the start line as header fields, unfolded (RFC 3261 §7.3.1), as far as they are well-formed. */
export function parseHeaderFields(lines: readonly string[], limits: ParseLimits): HeaderFields {
  const headers: Header[] = []
  const flaws: ParseReason[] = []
  let field: string[] = []
  const close = (): void => {
    if (field.length === 0) return
    const header = parseField(field.join(' '), limits)
    if (typeof header === 'string') flaws.push(header)
    else headers.push(header)
  }
  for (const line of lines) {
    // RFC 3261 §7.3.1: a line that starts with white space continues the one before it.
    if (/^[ \t]/.test(line) && field.length > 0) {
      field.push(trimBlanks(line))
      continue
    }
    close()
    field = [line]
    if (headers.length >= limits.headers) return { headers, flaw: { reason: 'message.too-many-headers' } }
  }
  close()
  return flaws[0] === undefined ? { headers } : { headers, flaw: { reason: flaws[0] } }
}

function parseField(line: string, limits: ParseLimits): Header | ParseReason {
  if (line.length > limits.lineLength) return 'message.header-too-long'
  const colon = line.indexOf(':')
  const name = trimBlanks(line.slice(0, Math.max(0, colon)))
  // A bare CR or LF, or a NUL, is how one element is made to see other headers than the next.
  if (!isToken(name) || /[\r\n]/.test(line) || hasBareNul(line)) return 'message.header-syntax'
  return { name, value: trimBlanks(line.slice(colon + 1)) }
}

/** RFC 3261 §25.1: a NUL may stand in a quoted string behind a backslash, and nowhere else. */
function hasBareNul(line: string): boolean {
  if (!line.includes('\0')) return false
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') quoted = !quoted
    else if (quoted && line[i] === '\\') i++
    else if (line[i] === '\0') return true
  }
  return false
}
