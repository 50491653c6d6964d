import type { Mutation } from './byte-mutations.ts'
import type { Dice } from './dice.ts'

const EDGE_NUMBERS = [
  ...['', '-1', '0', '1', '00000000000', '255', '256', '65535', '65536', '99999'],
  ...['2147483647', '2147483648', '4294967295', '4294967296', '9007199254740993'],
  ...['18446744073709551616', '1e400', '0x10', '1.5', '9'.repeat(400), '\xd9\xa3'],
]
/** What means something to a parser of SIP or SDP, and openings that nothing closes. */
const TOKENS = [
  ...['"', '\\', '\\"', '<', '>', ',', ';', ':', '@', '=', '?', '&', '%', '/', '(', ')', '[', ']', '[::'],
  ...['sip:', 'sips:', 'tel:', 'SIP/2.0', 'SIP/3.0', ';tag=', ';lr', ';rport', ';branch=z9hG4bK', '*'],
  ...['\r\n', '\r\n\r\n', '\r\n ', '\n', '\r', '\t', ' ', '\0', '\r\nm=audio 9 RTP/AVP 0', '\r\na=', '=='],
]
/** A character in other clothes (Latin-1 stands for bytes): escapes, overlong UTF-8, lone surrogates, a BOM. */
const DISGUISES: readonly ((character: string) => string)[] = [
  character => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  character => `%25${character.charCodeAt(0).toString(16)}`,
  character => `\\${character}`,
  character => `\xc0${String.fromCharCode(0x80 | (character.charCodeAt(0) & 0x3f))}`,
  character => `\xed\xa0\x80${character}`,
  character => `\xef\xbb\xbf${character}`,
  character => `${character}\0`,
  character => `\r\n ${character}`,
  character => (character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase()),
]

/** Latin-1: every byte is one character and comes back as itself. */
export const mutateText =
  (change: (text: string, dice: Dice) => string): Mutation =>
  (bytes, dice) =>
    new Uint8Array(Buffer.from(change(Buffer.from(bytes).toString('latin1'), dice), 'latin1'))

function replaceOne(text: string, found: readonly RegExpExecArray[], dice: Dice, by: string): string {
  if (found.length === 0) return text
  const match = dice.pick(found)
  return text.slice(0, match.index) + by + text.slice(match.index + match[0].length)
}

const numberEdge = mutateText((text, dice) =>
  replaceOne(text, [...text.matchAll(/\d+/g)], dice, dice.pick(EDGE_NUMBERS)),
)

const insertToken = mutateText((text, dice) => {
  const at = dice.below(text.length)
  const token = dice.pick(TOKENS).repeat(dice.chance(0.05) ? 1 + dice.below(500) : 1)
  return text.slice(0, at) + token + text.slice(at)
})

const replaceToken = mutateText((text, dice) =>
  replaceOne(text, [...text.matchAll(/[";,:<>@=?&()[\]/]|\r\n/g)], dice, dice.pick(TOKENS)),
)

const disguise = mutateText((text, dice) => {
  const at = dice.below(text.length)
  return text.slice(0, at) + dice.pick(DISGUISES)(text[at] ?? ' ') + text.slice(at + 1)
})

/** Changes one line: a header, or a line of SDP. */
const lineMutation = (change: (lines: string[], at: number, dice: Dice) => void): Mutation =>
  mutateText((text, dice) => {
    const lines = text.split('\r\n')
    change(lines, dice.below(lines.length), dice)
    return lines.join('\r\n')
  })

const repeatLine = lineMutation((lines, at, dice) => {
  const times = dice.chance(0.1) ? dice.below(300) : 1 + dice.below(3)
  lines.splice(dice.below(lines.length), 0, ...Array<string>(times).fill(lines[at] ?? ''))
})

const removeLine = lineMutation((lines, at) => {
  lines.splice(at, 1)
})

const moveLine = lineMutation((lines, at, dice) => {
  lines.splice(dice.below(lines.length), 0, ...lines.splice(at, 1))
})

const repeatValue = lineMutation((lines, at, dice) => {
  const [name = '', ...value] = (lines[at] ?? '').split(':')
  lines[at] = `${name}:${Array<string>(2 + dice.below(40))
    .fill(value.join(':'))
    .join(',')}`
})

const longLine = lineMutation((lines, at, dice) => {
  const padding = String.fromCharCode(0x20 + dice.below(0x60))
  lines[at] = `${lines[at] ?? ''}${padding.repeat(dice.below(dice.chance(0.1) ? 9000 : 300))}`
})

const endLinesOtherwise = mutateText((text, dice) =>
  text.replaceAll('\r\n', dice.pick(['\n', '\r', '\r\r\n'])),
)

/** For SIP and SDP, beside those for bytes. */
export const TEXT_MUTATIONS: readonly Mutation[] = [
  ...[numberEdge, numberEdge, insertToken, replaceToken, disguise, disguise],
  ...[repeatLine, removeLine, moveLine, repeatValue, longLine, endLinesOtherwise],
]
