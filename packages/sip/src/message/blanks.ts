const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t'

/**
 * Without the spaces and tabs around it: the white space of SIP (RFC 3261 §25.1 `WSP`). `String.trim` would also take a
 * byte order mark or a no-break space, which are text (RFC 4475 §3.1.1.2).
 */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}
