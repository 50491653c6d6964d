import { type BlockCounter, countWork } from '@ringdown/sip/torture'
import { type Corpus, type Kind, PARSED_KINDS } from './corpus.ts'
import { type Dice, diceOf } from './dice.ts'
import { mutated } from './mutate.ts'
import { READERS } from './readers.ts'

/** `reader`: which one threw, or worked more than its input is worth. */
export type Finding = { round: number; reader: string; error: string; input: string }

const INPUTS_OF_ROUND = 6
/** Signalling has more to read. */
const KINDS_BY_WEIGHT: readonly Kind[] = [
  'sip',
  'sip',
  'sip',
  'sip',
  'sip',
  'sdp',
  'sdp',
  'field',
  ...PARSED_KINDS,
]

/**
 * The most work per byte of input, and that of a round without any (calls are set up and end whatever comes): more than twice of
 * what was ever seen. That work is linear is proved by packages/sip/src/torture/linear-time.test.ts; this sees what it did not try.
 */
const BLOCKS = { perByte: 200, always: 30_000 }
const UNITS = { perByte: 300, always: 60_000 }

type Round = { round: number; kind: Kind; inputs: readonly Uint8Array[] }

export function roundOf(corpus: Corpus, seed: number, round: number): Round {
  const dice: Dice = diceOf(seed, round)
  const kind = dice.pick(KINDS_BY_WEIGHT)
  return { round, kind, inputs: Array.from({ length: INPUTS_OF_ROUND }, () => mutated(corpus, kind, dice)) }
}

/** Lets all readers of its kind read a round. */
function readRound({ round, kind, inputs }: Round): Finding[] {
  const findings: Finding[] = []
  for (const { kinds, name, read } of READERS) {
    if (!kinds.includes(kind)) continue
    try {
      read(inputs)
    } catch (error) {
      findings.push({ round, reader: name, error: String(error), input: inHex(inputs) })
    }
  }
  return findings
}

const inHex = (inputs: readonly Uint8Array[]): string =>
  inputs.map(bytes => Buffer.from(bytes).toString('hex')).join('\n')

/** Rounds `first` to `first + count - 1`, measured together; each by itself when together they were too much. */
export async function readRounds(order: {
  corpus: Corpus
  blocks: BlockCounter
  seed: number
  first: number
  count: number
}): Promise<Finding[]> {
  const rounds = Array.from({ length: order.count }, (_, i) =>
    roundOf(order.corpus, order.seed, order.first + i),
  )
  const findings: Finding[] = []
  const excess = await excessOf(order.blocks, rounds, () => {
    for (const round of rounds) findings.push(...readRound(round))
  })
  if (excess === undefined) return findings
  for (const round of rounds) {
    const error = await excessOf(order.blocks, [round], () => void readRound(round))
    if (error === undefined) continue
    findings.push({ round: round.round, reader: 'work', error, input: inHex(round.inputs) })
  }
  return findings
}

async function excessOf(
  blocks: BlockCounter,
  rounds: readonly Round[],
  run: () => void,
): Promise<string | undefined> {
  const bytes = rounds.flatMap(({ inputs }) => inputs).reduce((sum, input) => sum + input.length, 0)
  const most = (limit: typeof BLOCKS) => limit.perByte * bytes + limit.always * rounds.length
  const work = await countWork(blocks, run)
  const isTooMuch = work.blocks > most(BLOCKS) || work.units > most(UNITS)
  return isTooMuch ? `${work.blocks} blocks and ${work.units} units for ${bytes} bytes` : undefined
}
