import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { ParserNews, ParserOrder } from './parser-process.ts'
import type { Finding } from './parser-rounds.ts'

/** ms for fifty rounds, which take less than a second: what needs more is an endless loop, not a slow machine. */
const patienceMs = 60_000

export type ParserResult = { rounds: number; findings: readonly Finding[] }

/**
 * Lets the pure parsers read mutated input: rounds `first` and on, `rounds` of them or until `isOver` says so. A process that dies or
 * says nothing for a minute is a finding too.
 */
export function fuzzParsers(
  order: ParserOrder & { isOver?: () => boolean; onNews?: (news: ParserNews) => void },
): Promise<ParserResult> {
  const { isOver = () => false, onNews, ...orders } = order
  const { first, rounds } = orders
  const child = fork(join(import.meta.dirname, 'parser-process.ts'), { execArgv: [] })
  const findings: Finding[] = []
  let done = 0
  return new Promise(resolve => {
    let watchdog = watch()
    child.on('message', (news: ParserNews) => {
      clearTimeout(watchdog)
      done = news.done
      findings.push(...news.findings)
      onNews?.(news)
      if (done >= rounds || isOver()) finish()
      else watchdog = watch()
    })
    child.on('exit', code => finish(`the process ended with code ${code}`))
    child.send(orders satisfies ParserOrder)

    function watch() {
      return setTimeout(() => finish('the process says nothing any more'), patienceMs)
    }

    function finish(error?: string): void {
      clearTimeout(watchdog)
      child.removeAllListeners()
      child.kill('SIGKILL')
      if (error !== undefined)
        findings.push({ round: first + done, reader: 'this or a later one', error, input: '' })
      resolve({ rounds: done, findings })
    }
  })
}
