import { expect, it } from 'vitest'
import { touchedBy } from './touched.rules.ts'

it.each([
  [['apps/gateway/src/calls/call.state.ts'], 'control'],
  [['packages/contract/src/live.ts'], 'control'],
  [['apps/gateway/src/database/migrations/0002_more.sql'], 'control'],
  [['apps/gateway/src/media/worker/router.ts'], 'control and workers'],
  [['packages/media/src/g711.ts', 'apps/gateway/src/main.ts'], 'control and workers'],
  [['apps/gateway/src/supervision/supervision.ts', 'packages/media/src/g711.ts'], 'everything'],
  [['apps/gateway/src/calls/call.state.test.ts', 'packages/sip/src/.swp'], 'nothing'],
])('a change of %j begins again: %s', (files, touched) => {
  expect(touchedBy(files)).toBe(touched)
})
