import { join } from 'node:path'
import { buildConsole } from './launch/console-build.ts'
import { onStopAsked } from './launch/stop-signals.ts'
import { elapsed, root, runProgram } from './run-program.ts'
import { installPeers } from './testing/peers.ts'
import type { TestCounts } from './testing/test-counts.rules.ts'
import { runVitest } from './testing/vitest-run.ts'

/** `npm test`: everything, on a machine that may have nothing yet. Its last line is `N passed, N failed`. */

const startedAt = performance.now()
const none: TestCounts = { passed: 0, failed: 0, failures: [] }
const broken = (why: string): TestCounts => ({ passed: 0, failed: 1, failures: [why] })

async function stage(title: string, work: () => Promise<TestCounts>): Promise<TestCounts> {
  console.log(`\n== ${title}`)
  const stageStartedAt = performance.now()
  const counts = await work().catch((error: Error) => {
    console.error(error.message)
    return broken(`${title}: ${error.message}`)
  })
  console.log(`== ${title}: ${counts.failed === 0 ? 'done' : 'FAILED'} in ${elapsed(stageStartedAt)}`)
  return counts
}

async function check(): Promise<TestCounts> {
  const args = [join(root, 'tools/check.ts')]
  const { code } = await runProgram({ command: process.execPath, args, cwd: root, live: true })
  return code === 0 ? none : broken('Types, format, import rules, unused code: said above')
}

const stages: [string, () => Promise<TestCounts>][] = [
  ['Programs to test against', () => installPeers(console.log).then(() => none)],
  ['Types, format, import rules, unused code', check],
  ['Unit tests', () => runVitest('unit')],
  ['Console', () => buildConsole(console.log).then(() => none)],
  ['Tests with real peers (Chromium, SIPp, baresip, PostgreSQL)', () => runVitest('peers')],
  ['Tests that bear company (every process killed in every state of a call)', () => runVitest('kill')],
]

onStopAsked(() => process.exit(130))
const total: TestCounts = { passed: 0, failed: 0, failures: [] }
for (const [title, work] of stages) {
  const counts = await stage(title, work)
  total.passed += counts.passed
  total.failed += counts.failed
  total.failures.push(...counts.failures)
}
for (const failure of total.failures) console.log(`\nFAILED ${failure}`)
console.log(`\nAll of it took ${elapsed(startedAt)}.`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
