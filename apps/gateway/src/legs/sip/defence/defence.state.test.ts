import { describe, expect, test } from 'vitest'
import { bansForgottenMs, bearable, rates } from './defence.rules.ts'
import { defend, newSource, type Source, type SourceInput, type SourceStep } from './defence.state.ts'
import type { Offence } from './offences.port.ts'

const minute = 60_000
const day = 24 * 60 * minute
const start = 1_800_000_000_000

/** Feeds one input so many times at the same moment. */
function repeat(source: Source, times: number, input: SourceInput): SourceStep {
  let step: SourceStep = { source, verdict: 'pass' }
  for (let time = 0; time < times; time++) step = defend(step.source, input)
  return step
}

const offend = (source: Source, what: Offence, now: number, times: number) =>
  repeat(source, times, { type: 'offence', what, now })

/** Banned at `now` for the first time. */
const banned = (now = start) => offend(newSource, 'stranger', now, bearable.stranger.count).source

describe('a source that nobody vouched for', () => {
  test.each([
    ['message', rates.stranger.messages],
    ['request', rates.stranger.requests],
  ] as const)('may send a burst of %ss, and then as many as its rate', (type, { burst, perSecond }) => {
    const full = repeat(newSource, burst, { type, now: start })
    expect(full.verdict).toBe('pass')
    expect(defend(full.source, { type, now: start }).verdict).toBe('limited')
    const later = repeat(full.source, perSecond, { type, now: start + 1_000 })
    expect(later.verdict).toBe('pass')
    expect(defend(later.source, { type, now: start + 1_000 }).verdict).toBe('limited')
  })

  test('is limited in requests alone when it sends too many of them: what it sends besides is read', () => {
    const { source } = repeat(newSource, rates.stranger.requests.burst, { type: 'request', now: start })
    expect(defend(source, { type: 'request', now: start }).verdict).toBe('limited')
    expect(defend(source, { type: 'message', now: start }).verdict).toBe('pass')
  })

  test.each(Object.entries(bearable) as [Offence, { count: number; withinMs: number }][])(
    'is banned for 10 minutes with the last offence of kind %s that is too many',
    (what, { count }) => {
      const before = offend(newSource, what, start, count - 1)
      expect(before.ban).toBeUndefined()
      const step = defend(before.source, { type: 'offence', what, now: start })
      expect(step.ban).toEqual({ what, ms: 10 * minute })
      expect(defend(step.source, { type: 'message', now: start + 10 * minute - 1 }).verdict).toBe('banned')
      expect(defend(step.source, { type: 'message', now: start + 10 * minute }).verdict).toBe('pass')
    },
  )

  test('is not banned for offences that are spread over a longer time, nor for several kinds together', () => {
    const { count, withinMs } = bearable.authentication
    const once = offend(newSource, 'authentication', start, count - 1).source
    expect(defend(once, { type: 'offence', what: 'stranger', now: start }).ban).toBeUndefined()
    const late = offend(once, 'authentication', start + withinMs, count - 1)
    expect(late.ban).toBeUndefined()
  })
})

describe('a banned source', () => {
  test('begins no second ban by what it does meanwhile', () => {
    const step = offend(banned(), 'malformed', start + 1, 10 * bearable.malformed.count)
    expect(step).toEqual({ source: banned(), verdict: 'banned' })
  })

  test('is banned twice as long each time, up to a day', () => {
    let source: Source = newSource
    let now = start
    const lengths = Array.from({ length: 10 }, () => {
      const step = offend(source, 'stranger', now, bearable.stranger.count)
      source = step.source
      now += step.ban?.ms ?? 0
      return (step.ban?.ms ?? 0) / minute
    })
    expect(lengths).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440])
  })

  test('is as any other a day after its ban was over', () => {
    const end = start + 10 * minute
    const again = (now: number) => offend(banned(), 'stranger', now, bearable.stranger.count).ban?.ms
    expect(again(end + bansForgottenMs - 1)).toBe(20 * minute)
    expect(bansForgottenMs).toBe(day)
    expect(again(end + bansForgottenMs)).toBe(10 * minute)
  })
})
