import { readCorpus } from './corpus.ts'
import { type Finding, readRounds } from './parser-rounds.ts'
import { createBlockCounter } from './work-meter.ts'

/**
 * Reads rounds in a process of its own: what hangs in it can be ended. Tells of every batch before it begins and after it, and ends
 * with the channel to its parent.
 */
export type ParserOrder = { seed: number; first: number; rounds: number }
export type ParserNews = { done: number; findings: readonly Finding[] }

/** Coverage is read once for so many. */
const batch = 50

process.once('message', async ({ seed, first, rounds }: ParserOrder) => {
  const corpus = readCorpus()
  const blocks = createBlockCounter()
  await blocks.start()
  for (let done = 0; done < rounds; ) {
    const count = Math.min(batch, rounds - done)
    const findings = await readRounds({ corpus, blocks, seed, first: first + done, count })
    done += count
    process.send?.({ done, findings } satisfies ParserNews)
  }
})
process.once('disconnect', () => process.exit(0))
