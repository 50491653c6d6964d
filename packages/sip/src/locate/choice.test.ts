import { describe, expect, test } from 'vitest'
import { createDnsCache } from './dns-cache.ts'
import { type AttemptOutcome, afterAttempt, startAttempts } from './failover.ts'
import { addressFamily, type Candidate, type SrvRecord } from './locate.ts'
import { createPenaltyBox } from './penalty-box.ts'
import { orderSrv } from './srv-order.ts'

const record = (target: string, priority: number, weight: number): SrvRecord => ({
  kind: 'SRV',
  priority,
  weight,
  port: 5060,
  target,
})
const place = (address: string): Candidate => ({
  transport: 'udp',
  address,
  port: 5060,
  serverName: 'example.com',
})

describe('order of SRV records (RFC 2782)', () => {
  const records = [
    record('late', 2, 9),
    record('heavy', 1, 60),
    record('light', 1, 20),
    record('never', 1, 0),
  ]
  test.each([
    ['a draw of 0 picks the one of weight 0', 0, ['never', 'heavy', 'light', 'late']],
    ['a high draw picks by running sums', 0.99, ['light', 'heavy', 'never', 'late']],
  ])('%s', (_, draw, order) => {
    expect(orderSrv(records, () => draw).map(({ target }) => target)).toEqual(order)
  })

  test('over many draws the first is chosen in proportion to its weight', () => {
    const two = [record('three', 1, 3), record('one', 1, 1)]
    const draws = Array.from({ length: 1000 }, (_, i) => i / 1000)
    const first = draws.filter(draw => orderSrv(two, () => draw)[0]!.target === 'three')
    // RFC 2782 draws from 0 to the sum, both included: 4 of 5.
    expect(first.length).toBe(800)
  })
})

describe('the next candidate (RFC 3263 §4.3)', () => {
  const candidates = [place('192.0.2.1'), place('192.0.2.2')]
  test.each<[string, AttemptOutcome, string]>([
    ['503', { type: 'response', status: 503 }, 'try 192.0.2.2'],
    ['a time-out', { type: 'timeout' }, 'try 192.0.2.2'],
    ['a transport error', { type: 'transport error' }, 'try 192.0.2.2'],
    ['486', { type: 'response', status: 486 }, 'settled'],
    ['500', { type: 'response', status: 500 }, 'settled'],
    ['200', { type: 'response', status: 200 }, 'settled'],
  ])('after %s', (_, outcome, expected) => {
    const first = startAttempts(candidates)
    const next = first.type === 'try' ? afterAttempt(first.attempts, outcome) : first
    expect(next.type === 'try' ? `try ${next.candidate.address}` : next.type).toBe(expected)
  })

  test('after the last one failed, the outcome stands', () => {
    expect(afterAttempt({ candidates, at: 1 }, { type: 'timeout' })).toEqual({
      type: 'settled',
      exhausted: true,
    })
    expect(startAttempts([])).toEqual({ type: 'settled', exhausted: true })
  })
})

describe('a host that failed is avoided for a while', () => {
  const [one, two] = [place('192.0.2.1'), place('192.0.2.2')]
  const newBox = () => createPenaltyBox({ limit: 2, baseMs: 100, maxMs: 350 })

  test('it goes last, comes back, and stays away longer each time in a row', () => {
    const box = newBox()
    const waits = [0, 100, 300, 650].map(now => {
      box.failed({ place: one, now })
      return [99, 100, 199, 200, 349, 350].filter(after => box.isAvoided(one, now + after)).length
    })
    expect(waits).toEqual([1, 3, 5, 5])
    expect(box.order([one, two], 700)).toEqual([two, one])
    expect(box.order([one, two], 1000)).toEqual([one, two])
    box.failed({ place: one, now: 5000 })
    expect(box.isAvoided(one, 5100)).toBe(false)
  })

  test('Retry-After says how long; an answer ends it', () => {
    const box = newBox()
    box.failed({ place: one, now: 0, forMs: 300 })
    expect(box.isAvoided(one, 299)).toBe(true)
    box.answered(one)
    expect(box.isAvoided(one, 299)).toBe(false)
  })

  test('it is bounded', () => {
    const box = newBox()
    for (let i = 0; i < 10; i++) box.failed({ place: place(`192.0.2.${i}`), now: 0 })
    expect(box.size()).toBe(2)
    expect(box.isAvoided(place('192.0.2.9'), 1)).toBe(true)
  })
})

describe('answers are remembered for their TTL', () => {
  const question = (name: string) => ({ kind: 'A', name }) as const
  const outcome = { type: 'records', records: [{ kind: 'A', address: '192.0.2.1' }] } as const

  test('until it runs out, and no longer than allowed; that there is nothing is remembered too', () => {
    const cache = createDnsCache({ limit: 10, maxTtlMs: 1000 })
    cache.put({ question: question('a'), outcome, ttlMs: 500, now: 0 })
    cache.put({ question: question('b'), outcome, ttlMs: 9999, now: 0 })
    cache.put({ question: question('c'), outcome: { type: 'none' }, ttlMs: 500, now: 0 })
    expect(cache.get(question('a'), 499)).toEqual(outcome)
    expect(cache.get(question('c'), 499)).toEqual({ type: 'none' })
    expect(cache.get(question('a'), 500)).toBeUndefined()
    expect(cache.get(question('b'), 1000)).toBeUndefined()
  })

  test('a failure and a TTL of 0 are not; the number of entries is bounded', () => {
    const cache = createDnsCache({ limit: 2, maxTtlMs: 1000 })
    cache.put({ question: question('a'), outcome: { type: 'failed' }, ttlMs: 500, now: 0 })
    cache.put({ question: question('a'), outcome, ttlMs: 0, now: 0 })
    expect(cache.size()).toBe(0)
    for (const name of ['a', 'b', 'c']) cache.put({ question: question(name), outcome, ttlMs: 9, now: 0 })
    expect(cache.size()).toBe(2)
    expect(cache.get(question('a'), 1)).toBeUndefined()
  })
})

test.each([
  ['192.0.2.1', 'A'],
  ['192.0.2.256', undefined],
  ['192.0.2.01', undefined],
  ['::', 'AAAA'],
  ['2001:db8::1', 'AAAA'],
  ['::ffff:192.0.2.1', 'AAAA'],
  ['1:2:3:4:5:6:7:8', 'AAAA'],
  ['1:2:3:4:5:6:7', undefined],
  ['1::2::3', undefined],
  ['1:2:3:4:5:6:7::8', undefined],
  ['12345::', undefined],
  ['example.com', undefined],
])('the family of %s is %s (RFC 4291 §2.2)', (host, family) => {
  expect(addressFamily(host)).toBe(family)
})
