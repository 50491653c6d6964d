import { root, runProgram } from '../run-program.ts'
import { fileNameProblem } from './file-names.rules.ts'

/** Checks the names of all source files that git knows or would add. */
export async function checkFileNames(): Promise<{ ok: boolean; report: string }> {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', '*.ts', '*.tsx', '*.mjs']
  const { code, stdout, stderr } = await runProgram({ command: 'git', args, cwd: root })
  if (code !== 0) return { ok: false, report: stderr }
  const files = stdout.split('\n').filter(path => path !== '' && !path.startsWith('.'))
  const problems = files.map(fileNameProblem).filter(problem => problem !== undefined)
  return { ok: problems.length === 0 && files.length > 0, report: problems.join('\n') }
}
