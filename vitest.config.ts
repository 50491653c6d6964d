import { defineConfig } from 'vitest/config'

/** Each has a gateway, a database and some twenty telephones and pages of its own. */
const gatewaysAtOnce = 3

// `unit` needs nothing but npm. `peers` starts the real gateway, PostgreSQL, Chromium, SIPp and baresip, one file at a time, because
// what is heard is compared with what was said. `kill` kills the gateway's processes: most of that is waiting, so several go on at once.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'peers',
          include: ['test/*.test.ts', 'test/peers/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'kill',
          include: ['test/kill/**/*.test.ts'],
          maxWorkers: gatewaysAtOnce,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
