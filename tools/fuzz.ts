import { parseArgs } from 'node:util'
import { fuzzGateway, type GatewayNews } from './fuzz/fuzz-gateway.ts'
import { fuzzParsers } from './fuzz/fuzz-parsers.ts'
import { recordCall } from './fuzz/record-call.ts'
import { onStopAsked } from './launch/stop-signals.ts'
import { elapsed } from './run-program.ts'

/**
 * `npm run fuzz`: mutated torture messages and a mutated recorded call, against the pure parsers or against a gateway. The same
 * seed makes the same mutations; code 1 when something was found.
 */

const usage = `npm run fuzz -- [options]

  --target parsers|gateway  what is fuzzed (parsers)
  --seed <n>                0 to 4294967295; a random one is taken, and printed, without it
  --minutes <n>             how long (1)
  --rounds <n>              how many rounds (parsers) or batches (gateway), instead of --minutes
  --first <n>               the round or batch to begin with (0): repeats one that was found
  --record                  records the call that is mutated anew (needs tshark), and ends`

function readOptions() {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: 'parsers' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
      minutes: { type: 'string', default: '1' },
      rounds: { type: 'string' },
      first: { type: 'string', default: '0' },
      record: { type: 'boolean', default: false },
    },
  })
  const { target, record } = values
  if (target !== 'parsers' && target !== 'gateway') throw new Error(`There is no target "${target}".`)
  const numbers = { seed: Number(values.seed), first: Number(values.first), minutes: Number(values.minutes) }
  const rounds = values.rounds === undefined ? Number.MAX_SAFE_INTEGER : Number(values.rounds)
  const wholes = [numbers.seed, numbers.first, rounds]
  if (
    !wholes.every(n => Number.isSafeInteger(n) && n >= 0) ||
    !(numbers.minutes > 0) ||
    numbers.seed >= 2 ** 32
  )
    throw new Error('A number is not one.')
  const until =
    values.rounds === undefined ? performance.now() + numbers.minutes * 60_000 : Number.POSITIVE_INFINITY
  return { target, record, rounds, ...numbers, isOver: () => performance.now() >= until }
}

type Options = ReturnType<typeof readOptions>

async function runParsers({ seed, first, rounds, isOver }: Options): Promise<boolean> {
  const result = await fuzzParsers({ seed, first, rounds, isOver })
  for (const { round, reader, error, input } of result.findings)
    console.log(
      `Round ${round}, ${reader}: ${error}\n${input}\nAgain: --target parsers --seed ${seed} --first ${round} --rounds 1`,
    )
  console.log(`${result.rounds} rounds, ${result.findings.length} findings.`)
  return result.findings.length === 0
}

function tell({ done, now, weight }: GatewayNews): void {
  const { handles, calls, failures } = now
  const sizes = [weight.control.used, weight.worker.used].map(used => used.toFixed(1))
  console.log(
    `${done}: intact; handles ${handles.control}+${handles.worker}, MB held ${sizes[0]}+${sizes[1]} (control+worker), ` +
      `${calls} calls open, ${failures} messages that failed`,
  )
}

async function runGateway({ seed, first, rounds, isOver }: Options): Promise<boolean> {
  const { batches, growth, finding } = await fuzzGateway({
    seed,
    first,
    batches: rounds,
    isOver,
    onNews: tell,
  })
  if (finding)
    console.log(
      `Batch ${finding.batch}: ${finding.problems.join('; ')}\n${finding.log}\nAgain: --target gateway --seed ${seed}`,
    )
  if (growth)
    console.log(
      `MB more per batch: control ${growth.control.used.toFixed(2)}, worker ${growth.worker.used.toFixed(2)}.`,
    )
  console.log(`${batches} batches, ${finding ? 'not intact' : 'intact after each'}.`)
  return finding === undefined
}

async function run(options: Options): Promise<boolean> {
  if (options.record) {
    const counts = Object.entries(await recordCall()).map(([kind, packets]) => `${packets.length} ${kind}`)
    console.log(`Recorded: ${counts.join(', ')}.`)
    return true
  }
  const startedAt = performance.now()
  console.log(`Fuzzing the ${options.target} with --seed ${options.seed} from round ${options.first} …`)
  const isClean = await (options.target === 'parsers' ? runParsers(options) : runGateway(options))
  console.log(`Took ${elapsed(startedAt)}.`)
  return isClean
}

onStopAsked(() => process.exit(130))
try {
  process.exit((await run(readOptions())) ? 0 : 1)
} catch (error) {
  console.error(`${(error as Error).message}\n\n${usage}`)
  process.exit(1)
}
