import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root, runProgram } from '../run-program.ts'

/** The import rules of .dependency-cruiser.mjs, on the project and on a copy in which every rule is broken once. */

type Cruise = {
  modules: unknown[]
  summary: {
    violations: { from: string; to: string; rule: { name: string } }[]
    ruleSetUsed?: { forbidden?: { name: string }[] }
  }
}

const config = join(root, '.dependency-cruiser.mjs')
const folders = ['apps', 'packages', 'tools', 'test']
const canary = join(root, 'tools/boundaries/canary')

async function cruise(cwd: string): Promise<Cruise> {
  const present = folders.filter(folder => existsSync(join(cwd, folder)))
  const result = await runProgram({
    command: 'depcruise',
    args: ['--config', config, '--output-type', 'json', ...present],
    cwd,
  })
  if (result.stdout === '') throw new Error(`dependency-cruiser: ${result.stderr}`)
  return JSON.parse(result.stdout) as Cruise
}

/** Finds broken import rules, and rules that would not be found broken. */
export async function checkBoundaries(): Promise<{ ok: boolean; report: string }> {
  const [project, planted] = await Promise.all([cruise(root), cruise(canary)])
  const found = new Set(planted.summary.violations.map(violation => violation.rule.name))
  const rules = planted.summary.ruleSetUsed?.forbidden?.map(rule => rule.name) ?? []
  const lines = project.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} imports ${to}`)
  for (const rule of rules) {
    if (!found.has(rule))
      lines.push(`${rule}: the violation planted in tools/boundaries/canary was not found`)
  }
  if (rules.length === 0) lines.push('no import rules were read')
  if (project.modules.length < 100) lines.push(`only ${project.modules.length} modules were seen`)
  return { ok: lines.length === 0, report: lines.join('\n') }
}
