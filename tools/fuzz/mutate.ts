import { BYTE_MUTATIONS, type Mutation } from './byte-mutations.ts'
import type { Corpus, Kind } from './corpus.ts'
import type { Dice } from './dice.ts'
import { TEXT_MUTATIONS } from './text-mutations.ts'

/** More does not fit into a datagram. */
const MAX_BYTES = 60_000

const TEXT: readonly Mutation[] = [...TEXT_MUTATIONS, ...TEXT_MUTATIONS, ...BYTE_MUTATIONS]
const mutationsOf = (kind: Kind) => (kind === 'sip' || kind === 'sdp' ? TEXT : BYTE_MUTATIONS)

/** One input of a kind, changed in one to four ways. */
export function mutated(corpus: Corpus, kind: Kind, dice: Dice): Uint8Array {
  let bytes = dice.pick(corpus[kind])
  for (let changes = 1 + dice.below(4); changes > 0; changes--) {
    bytes = dice.pick(mutationsOf(kind))(bytes, dice, dice.pick(corpus[kind])).subarray(0, MAX_BYTES)
  }
  return bytes.slice()
}
