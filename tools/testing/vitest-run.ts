import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, runProgram } from '../run-program.ts'
import { countTests, type TestCounts, type VitestReport } from './test-counts.rules.ts'

/** Runs one project of vitest.config.ts, showing its progress. */
export async function runVitest(project: string): Promise<TestCounts> {
  const folder = mkdtempSync(join(tmpdir(), 'ringdown-test-'))
  const file = join(folder, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  try {
    const args = ['run', '--project', project, ...reporters]
    const { code } = await runProgram({ command: 'vitest', args, cwd: root, live: true })
    return countTests(readReport(file), code)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function readReport(file: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as VitestReport
  } catch {
    return undefined
  }
}
