import { defineConfig } from 'vitest/config'
import { LongestFirst } from './tools/testing/longest-first.ts'

/** Each with a gateway, a database and up to some twenty telephones and pages of its own. */
const filesAtOnce = 4

/** These wait for processes more than they use the machine, and nothing in them is measured against the clock. */
const sideBySide = [
  'test/kill/**/*.test.ts',
  'test/call-tool.test.ts',
  'test/caller-identity.test.ts',
  'test/{console-keyboard,console-layout,console-page,trunks-page}.test.ts',
  'test/leak-scan.test.ts',
  'test/outgoing-{calls,console}.test.ts',
  'test/{fuzz,ipv6}.test.ts',
  'test/peers/{deploy-kamailio,kamailio,kamailio-tls,kamailio-websocket}.test.ts',
  'test/peers/{desk-console,desk-transports,flood,sipp-outgoing,sipp-signalling,srtp,srtp-outgoing}.test.ts',
]

/** Half of their time they wait for sockets and a database; vitest itself would take one less than there are cores. */
const unitFilesAtOnce = 2

/** A machine that stands still for a while must not fail a test that waits; vitest itself polls for one second. */
const patience = { testTimeout: 240_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000 } } }

// `unit` needs nothing but npm. The others start the real gateway and PostgreSQL: `peers`, with Chromium, SIPp and baresip too, runs one
// file at a time, because audio is compared with what was said; `kill` runs several at once.
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
          maxWorkers: unitFilesAtOnce,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        test: {
          name: 'peers',
          include: ['test/**/*.test.ts'],
          exclude: sideBySide,
          fileParallelism: false,
          ...patience,
        },
      },
      { test: { name: 'kill', include: sideBySide, maxWorkers: filesAtOnce, ...patience } },
    ],
  },
})
