import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkBoundaries } from './boundaries/boundaries.ts'
import { checkFileNames } from './boundaries/file-names.ts'
import { onStopAsked } from './launch/stop-signals.ts'
import { elapsed, root, runProgram } from './run-program.ts'

/** `npm run check`: compiler, formatter and linter, import rules, file names, unused code. */

type Finding = { ok: boolean; report: string }
type Check = { title: string; run(): Promise<Finding> }

const tsProjects = ['.', 'packages/sip', 'packages/media', 'packages/contract', 'packages/testkit'].concat([
  'apps/gateway',
  'apps/console',
])

function program(title: string, command: string, args: string[]): Check {
  return {
    title,
    run: async () => {
      const { code, stdout, stderr } = await runProgram({ command, args, cwd: root })
      return { ok: code === 0, report: `${stdout}${stderr}` }
    },
  }
}

const checks: Check[] = [
  ...tsProjects
    .filter(project => existsSync(join(root, project, 'tsconfig.json')))
    .map(project => program(`types in ${project}`, 'tsc', ['-p', project, '--pretty', 'false'])),
  program('format and lint (Biome)', 'biome', ['check', '--colors=off', '.']),
  { title: 'import rules', run: checkBoundaries },
  { title: 'file names', run: checkFileNames },
  program('unused files, exports, packages (knip)', 'knip', ['--no-progress']),
]

async function runCheck(check: Check): Promise<boolean> {
  const startedAt = performance.now()
  const { ok, report } = await check.run()
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${check.title} (${elapsed(startedAt)})`)
  if (!ok) console.log(report.trim().replace(/^/gm, '       '))
  return ok
}

/** Two at a time: the compiler takes a core and half a gigabyte. */
async function runAll(): Promise<boolean> {
  const queue = [...checks]
  let failed = 0
  const lane = async () => {
    for (let check = queue.shift(); check; check = queue.shift()) if (!(await runCheck(check))) failed++
  }
  await Promise.all([lane(), lane()])
  console.log(
    failed === 0 ? `All ${checks.length} checks are clean.` : `${failed} of ${checks.length} checks failed.`,
  )
  return failed === 0
}

onStopAsked(() => process.exit(130))
process.exit((await runAll()) ? 0 : 1)
