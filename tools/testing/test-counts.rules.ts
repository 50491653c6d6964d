/** The part of vitest's JSON report that is read. */
export type VitestReport = {
  numPassedTests: number
  numFailedTests: number
  testResults: {
    /** Path of the file. */
    name: string
    status: string
    /** Why the file could not be loaded. */
    message?: string
    assertionResults: { status: string; fullName: string; failureMessages?: string[] | null }[]
  }[]
}

export type TestCounts = {
  passed: number
  failed: number
  /** What failed, and the first lines of why: said again at the end, where a long run is read. */
  failures: string[]
}

/** Lines of a reason: an assertion with both its values, no stack. */
const REASON_LINES = 6

/**
 * Counts of one vitest run. A file that could not be loaded has no failed test, and an error between tests belongs to
 * none: both count as one failure. `report` is undefined when vitest died before it wrote one.
 */
export function countTests(report: VitestReport | undefined, exitCode: number): TestCounts {
  if (!report) return { passed: 0, failed: 1, failures: ['vitest died before it wrote its report'] }
  const unloaded = report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.length === 0,
  )
  const failures = [
    ...unloaded.map(({ name, message }) => failure(name, message)),
    ...report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => failure(`${name}: ${fullName}`, failureMessages?.at(-1))),
    ),
  ]
  const failed = report.numFailedTests + unloaded.length
  if (failed > 0 || exitCode === 0) return { passed: report.numPassedTests, failed, failures }
  return { passed: report.numPassedTests, failed: 1, failures: ['an error outside of any test'] }
}

function failure(where: string, why = ''): string {
  const reason = why.split('\n').filter(line => !/^\s+at /.test(line))
  return [where, ...reason.slice(0, REASON_LINES).map(line => `  ${line}`)].join('\n').trimEnd()
}
