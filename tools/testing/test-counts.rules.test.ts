import { describe, expect, it } from 'vitest'
import { countTests } from './test-counts.rules.ts'

const passed = { status: 'passed', fullName: 'a call rings' }
const failed = {
  status: 'failed',
  fullName: 'a call ends',
  failureMessages: [
    'Error: the first try',
    'AssertionError: expected 1 to be 2\n    at /a/calls.test.ts:3:5\n    at next',
  ],
}
const file = { name: '/a/calls.test.ts', status: 'passed', assertionResults: [passed] }
const failedFile = { ...file, status: 'failed', assertionResults: [passed, failed] }
const unloadedFile = {
  name: '/a/queue.test.ts',
  status: 'failed',
  message: 'Cannot find module',
  assertionResults: [],
}

describe('countTests', () => {
  it.each([
    [
      'all passed',
      { numPassedTests: 3, numFailedTests: 0, testResults: [file] },
      0,
      { passed: 3, failed: 0, failures: [] },
    ],
    [
      'one failed: the reason is that of its last try, without the stack',
      { numPassedTests: 2, numFailedTests: 1, testResults: [file, failedFile] },
      1,
      {
        passed: 2,
        failed: 1,
        failures: ['/a/calls.test.ts: a call ends\n  AssertionError: expected 1 to be 2'],
      },
    ],
    [
      'a file that cannot be loaded is a failure',
      { numPassedTests: 2, numFailedTests: 0, testResults: [file, unloadedFile] },
      1,
      { passed: 2, failed: 1, failures: ['/a/queue.test.ts\n  Cannot find module'] },
    ],
    [
      'an error outside of any test is a failure',
      { numPassedTests: 2, numFailedTests: 0, testResults: [file] },
      1,
      { passed: 2, failed: 1, failures: ['an error outside of any test'] },
    ],
    [
      'a run without a report is a failure',
      undefined,
      1,
      { passed: 0, failed: 1, failures: ['vitest died before it wrote its report'] },
    ],
  ])('%s', (_title, report, exitCode, expected) => {
    expect(countTests(report, exitCode)).toEqual(expected)
  })
})
