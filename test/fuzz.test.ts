import { expect, test } from 'vitest'
import { readCorpus } from '../tools/fuzz/corpus.ts'
import { fuzzGateway } from '../tools/fuzz/fuzz-gateway.ts'
import { fuzzParsers } from '../tools/fuzz/fuzz-parsers.ts'
import { roundOf } from '../tools/fuzz/parser-rounds.ts'

// The same mutations in every run; other seeds and longer runs: `npm run fuzz`.
const seed = 4475

test('the same seed and round make the same inputs, other rounds make others', () => {
  const corpus = readCorpus()
  expect(roundOf(corpus, seed, 7)).toEqual(roundOf(corpus, seed, 7))
  expect(roundOf(corpus, seed, 8).inputs).not.toEqual(roundOf(corpus, seed, 7).inputs)
  expect(roundOf(corpus, seed + 1, 7).inputs).not.toEqual(roundOf(corpus, seed, 7).inputs)
})

test('mutated torture messages and packets of a call: no parser throws, hangs, or works more than its input is worth', async () => {
  const rounds = 1000
  expect(await fuzzParsers({ seed, first: 0, rounds })).toEqual({ rounds, findings: [] })
})

test('after mutated SIP and media a gateway answers, takes calls, keeps the one it has, and holds no more with each batch', async () => {
  const batches = 8
  const { batches: done, growth, finding } = await fuzzGateway({ seed, first: 0, batches })
  expect(finding).toBeUndefined()
  expect(done).toBe(batches)
  expect(growth).toBeDefined()
})
