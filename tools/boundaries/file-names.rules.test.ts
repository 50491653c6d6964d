import { describe, expect, it } from 'vitest'
import { fileNameProblem } from './file-names.rules.ts'

describe('fileNameProblem', () => {
  it.each([
    'apps/gateway/src/calls/call.state.ts',
    'apps/gateway/src/calls/call.state.test.ts',
    'packages/sip/src/message/parse.property.test.ts',
    'apps/gateway/src/main.ts',
    'apps/gateway/src/legs/leg.suite.ts',
    'apps/console/src/calls/ActiveCall.tsx',
    'apps/console/vite.config.ts',
    'tools/bootstrap.mjs',
  ])('accepts %s', path => expect(fileNameProblem(path)).toBeUndefined())

  it.each([
    ['apps/gateway/src/calls/call.service.ts', 'is not one of'],
    ['apps/gateway/src/calls/call.state.rules.ts', 'one layer'],
    ['apps/gateway/src/utils/text.ts', 'name the thing'],
    ['packages/sip/src/helpers.ts', 'name the thing'],
    ['packages/sip/src/parseMessage.ts', 'kebab-case'],
  ])('refuses %s', (path, problem) => expect(fileNameProblem(path)).toContain(problem))
})
