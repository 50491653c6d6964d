import type { Dice } from './dice.ts'

/** Changes bytes; never those it was given. `partner`: another input of the same kind. */
export type Mutation = (bytes: Uint8Array, dice: Dice, partner: Uint8Array) => Uint8Array

const EDGE_BYTES = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x2c, 0x3b, 0x7f, 0x80, 0xbf, 0xc0, 0xfe, 0xff]
/** Lengths and counts that lie. */
const EDGE_WORDS = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff]

type Cut = { from: number; to: number }

function cutOf(bytes: Uint8Array, dice: Dice): Cut {
  const from = dice.below(bytes.length)
  return { from, to: from + 1 + dice.below(Math.min(bytes.length - from, 1 + dice.below(200))) }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const flipBits: Mutation = (bytes, dice) => {
  const changed = bytes.slice()
  for (let flips = 1 + dice.below(8); flips > 0 && changed.length > 0; flips--)
    changed[dice.below(changed.length)]! ^= 1 << dice.below(8)
  return changed
}

const setByte: Mutation = (bytes, dice) => {
  const changed = bytes.slice()
  if (changed.length > 0) changed[dice.below(changed.length)] = dice.pick(EDGE_BYTES)
  return changed
}

const setWord: Mutation = (bytes, dice) => {
  const changed = bytes.slice()
  const at = dice.below(changed.length - 1)
  const word = dice.pick(EDGE_WORDS)
  if (changed.length > 1) changed.set([word >>> 8, word & 0xff], at)
  return changed
}

const truncate: Mutation = (bytes, dice) => bytes.slice(0, dice.below(bytes.length))

const append: Mutation = (bytes, dice) =>
  joined(
    bytes,
    Uint8Array.from({ length: 1 + dice.below(400) }, () => dice.below(256)),
  )

const repeatPart: Mutation = (bytes, dice) => {
  const { from, to } = cutOf(bytes, dice)
  const copies = Array.from({ length: 1 + dice.below(dice.chance(0.1) ? 200 : 4) }, () =>
    bytes.subarray(from, to),
  )
  return joined(bytes.subarray(0, to), ...copies, bytes.subarray(to))
}

const removePart: Mutation = (bytes, dice) => {
  const { from, to } = cutOf(bytes, dice)
  return joined(bytes.subarray(0, from), bytes.subarray(to))
}

const splice: Mutation = (bytes, dice, partner) =>
  joined(bytes.subarray(0, dice.below(bytes.length)), partner.subarray(dice.below(partner.length)))

const insertPart: Mutation = (bytes, dice, partner) => {
  const at = dice.below(bytes.length)
  const { from, to } = cutOf(partner, dice)
  return joined(bytes.subarray(0, at), partner.subarray(from, to), bytes.subarray(at))
}

/** For whatever is made of bytes. */
export const BYTE_MUTATIONS: readonly Mutation[] = [
  ...[flipBits, setByte, setWord, truncate, append],
  ...[repeatPart, removePart, splice, insertPart],
]
