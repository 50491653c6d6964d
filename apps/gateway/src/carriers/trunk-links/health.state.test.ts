import { describe, expect, test } from 'vitest'
import { type Health, type HealthInput, healthTransition, healthView, startHealth } from './health.state.ts'

const everyS = 30

const answered = (status: number, now: number): HealthInput => ({
  type: 'answered',
  status,
  roundTripMs: 12,
  now,
  random: 0.5,
})
const silent = (now: number): HealthInput => ({ type: 'unanswered', why: 'timeout', now, random: 0.5 })
const broken = (now: number): HealthInput => ({
  type: 'unanswered',
  why: 'transport error',
  now,
  random: 0.5,
})

const after = (...inputs: HealthInput[]): Health =>
  inputs.reduce((state, input) => healthTransition(state, input, everyS).state, startHealth().state)

describe('a host’s health by OPTIONS (RFC 3261 §11)', () => {
  test('it is asked at once, and nothing is known until it answers', () => {
    const { state, effects } = startHealth()
    expect(effects).toEqual([{ type: 'check' }])
    expect(healthView(state, 'host')).toEqual({
      host: 'host',
      state: 'unknown',
      since: null,
      roundTripMs: null,
      reason: null,
    })
  })

  test.each([200, 401, 403, 404, 405, 481, 483, 500, 501, 603])(
    'a %i comes from a host that is up',
    status => {
      expect(healthView(after(answered(status, 5)), 'host')).toEqual({
        host: 'host',
        state: 'up',
        since: 5,
        roundTripMs: 12,
        reason: null,
      })
    },
  )

  test.each([
    { what: '503', miss: (now: number) => answered(503, now), reason: '503 Service Unavailable' },
    { what: '408', miss: (now: number) => answered(408, now), reason: '408 Request Timeout' },
    { what: 'a timeout', miss: silent, reason: 'no answer' },
    { what: 'a transport error', miss: broken, reason: 'not reachable' },
  ])('$what counts as a miss: the second in a row means down', ({ miss, reason }) => {
    expect(after(miss(1))).toMatchObject({ state: 'unknown', reason })
    expect(after(answered(200, 1), miss(2))).toMatchObject({ state: 'up', since: 1, reason })
    expect(after(answered(200, 1), miss(2), miss(3))).toMatchObject({
      state: 'down',
      since: 3,
      roundTripMs: null,
      reason,
    })
  })

  test('an answer between two misses starts the count anew', () => {
    expect(after(silent(1), answered(200, 2), silent(3)).state).toBe('up')
  })

  test('since is the last change, not the last answer', () => {
    expect(after(answered(200, 1), answered(200, 2)).since).toBe(1)
    expect(after(silent(1), silent(2), silent(3)).since).toBe(2)
  })

  test('a host that is down is up again with its first answer', () => {
    expect(after(silent(1), silent(2), answered(404, 3))).toMatchObject({ state: 'up', since: 3, misses: 0 })
  })

  test.each([
    { random: 0, ms: 27_000 },
    { random: 0.5, ms: 30_000 },
    { random: 0.999, ms: 32_994 },
  ])('it is asked again after the interval, a tenth more or less: $ms ms for $random', ({ random, ms }) => {
    const { effects } = healthTransition(startHealth().state, { ...silent(1), random } as HealthInput, everyS)
    expect(effects).toEqual([{ type: 'timer', ms }])
  })

  test('when its time has come it is asked', () => {
    expect(healthTransition(after(answered(200, 1)), { type: 'timer' }, everyS).effects).toEqual([
      { type: 'check' },
    ])
  })
})
