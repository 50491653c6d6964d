import { Session } from 'node:inspector/promises'
import type { BlockCounter } from '@ringdown/sip/torture'

/** Counts the blocks of packages/sip and packages/media that run, with V8's coverage: no clock, so always the same number. */
export function createBlockCounter(): BlockCounter {
  const session = new Session()
  return {
    async start() {
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
    },
    async take() {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      return result
        .filter(({ url }) => /packages\/(sip|media)\/src\//.test(url) && !url.includes('/torture/'))
        .flatMap(script => script.functions)
        .flatMap(({ ranges }) => ranges)
        .reduce((sum, { count }) => sum + count, 0)
    },
  }
}
