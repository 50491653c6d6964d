import { trimBlanks } from '../blanks.ts'
import { endOfQuoted } from '../grammar.ts'

const MAX_DEPTH = 8

/**
 * A header value without its comments (RFC 3261 §25.1 `comment`): parentheses, nested up to 8 deep, outside quoted
 * strings. Undefined when one is never closed, closed without being open, or nested deeper. Linear time.
 */
export function withoutComments(text: string): string | undefined {
  const kept: string[] = []
  let depth = 0
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (depth === 0 && char === '"') {
      i = endOfQuoted(text, i)
      if (i < 0) return undefined
    } else if (depth > 0 && char === '\\') i++
    else if (char === '(') {
      if (depth === 0) kept.push(trimBlanks(text.slice(from, i)))
      if (++depth > MAX_DEPTH) return undefined
    } else if (char === ')') {
      if (--depth < 0) return undefined
      from = i + 1
    }
  }
  if (depth > 0) return undefined
  kept.push(trimBlanks(text.slice(from)))
  return kept.filter(part => part !== '').join(' ')
}
