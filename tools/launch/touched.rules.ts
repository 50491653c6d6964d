/** Which processes have to begin again. `everything`: the supervisor itself is among them. */
export type Touched = 'nothing' | 'control' | 'control and workers' | 'everything'

const ofWorkers = /^(packages\/(media|sip)\/|apps\/gateway\/src\/media\/)/
const ofSupervisor = /^apps\/gateway\/src\/(supervision\/|supervisor\.ts|config\/|database\/embedded)/

/** @param files paths relative to the repository */
export function touchedBy(files: readonly string[]): Touched {
  const code = files.filter(file => /\.(ts|sql)$/.test(file) && !file.endsWith('.test.ts'))
  if (code.some(file => ofSupervisor.test(file))) return 'everything'
  if (code.some(file => ofWorkers.test(file))) return 'control and workers'
  return code.length > 0 ? 'control' : 'nothing'
}
