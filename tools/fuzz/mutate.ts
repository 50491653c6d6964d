import { BYTE_MUTATIONS, type Mutation } from './byte-mutations.ts'
import type { Corpus, Kind } from './corpus.ts'
import type { Dice } from './dice.ts'
import { MESSAGE_MUTATIONS, withTrueLength } from './message-mutations.ts'
import { TEXT_MUTATIONS } from './text-mutations.ts'

/** More does not fit into a datagram. */
const MAX_BYTES = 60_000
/** Few, mostly: what is broken in many places is refused at the first. */
const CHANGES = [1, 1, 1, 2, 2, 3, 4]
const TRUE_LENGTHS = 0.8

/** Kinds of mutations take turns, whatever there are of each. */
const SETS: Readonly<Record<'sip' | 'text' | 'bytes', readonly (readonly Mutation[])[]>> = {
  sip: [
    MESSAGE_MUTATIONS,
    MESSAGE_MUTATIONS,
    MESSAGE_MUTATIONS,
    TEXT_MUTATIONS,
    TEXT_MUTATIONS,
    BYTE_MUTATIONS,
  ],
  text: [TEXT_MUTATIONS, TEXT_MUTATIONS, BYTE_MUTATIONS],
  bytes: [BYTE_MUTATIONS],
}

const TEXTS: ReadonlySet<Kind> = new Set(['sdp', 'field', 'web socket'])

const setsOf = (kind: Kind) => (kind === 'sip' ? SETS.sip : TEXTS.has(kind) ? SETS.text : SETS.bytes)

/** One input of a kind, changed in one to four ways. */
export function mutated(corpus: Corpus, kind: Kind, dice: Dice): Uint8Array {
  let bytes = dice.pick(corpus[kind])
  for (let changes = dice.pick(CHANGES); changes > 0; changes--) {
    const mutation = dice.pick(dice.pick(setsOf(kind)))
    bytes = mutation(bytes, dice, dice.pick(corpus[kind])).subarray(0, MAX_BYTES)
  }
  const isRepaired = kind === 'sip' && dice.chance(TRUE_LENGTHS)
  return isRepaired ? withTrueLength(bytes, dice, bytes) : bytes.slice()
}
