/** The part of vitest's JSON report that is counted. */
export type VitestReport = {
  numPassedTests: number
  numFailedTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

export type TestCounts = { passed: number; failed: number }

/**
 * Counts of one vitest run. A file that could not be loaded has no failed test, and an error between tests belongs to
 * none: both count as one failure. `report` is undefined when vitest died before it wrote one.
 */
export function countTests(report: VitestReport | undefined, exitCode: number): TestCounts {
  if (!report) return { passed: 0, failed: 1 }
  const unloaded = report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  const failed = report.numFailedTests + unloaded
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}
