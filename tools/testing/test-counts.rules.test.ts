import { describe, expect, it } from 'vitest'
import { countTests } from './test-counts.rules.ts'

const passedFile = { status: 'passed', assertionResults: [{}] }
const unloadedFile = { status: 'failed', assertionResults: [] }

describe('countTests', () => {
  it.each([
    [
      'all passed',
      { numPassedTests: 3, numFailedTests: 0, testResults: [passedFile] },
      0,
      { passed: 3, failed: 0 },
    ],
    [
      'one failed',
      { numPassedTests: 2, numFailedTests: 1, testResults: [passedFile] },
      1,
      { passed: 2, failed: 1 },
    ],
    [
      'a file that cannot be loaded is a failure',
      { numPassedTests: 2, numFailedTests: 0, testResults: [passedFile, unloadedFile] },
      1,
      { passed: 2, failed: 1 },
    ],
    [
      'an error outside of any test is a failure',
      { numPassedTests: 2, numFailedTests: 0, testResults: [passedFile] },
      1,
      { passed: 2, failed: 1 },
    ],
    ['a run without a report is a failure', undefined, 1, { passed: 0, failed: 1 }],
  ])('%s', (_title, report, exitCode, expected) => {
    expect(countTests(report, exitCode)).toEqual(expected)
  })
})
