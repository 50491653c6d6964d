import { beforeEach, describe, expect, test } from 'vitest'
import { createTestClock, createTestCounter } from '../../stream/doubles.ts'
import type { SipCounter } from '../sip.port.ts'
import { answersMs, bearable, dialogMs, memory, rates } from './defence.rules.ts'
import { Defence } from './defence.ts'
import type { Ban } from './offences.port.ts'

const attacker = '203.0.113.9'
const carrier = '192.0.2.1'
const over = (transport: 'udp' | 'tcp', address = attacker) => ({ transport, address }) as const

let clock: ReturnType<typeof createTestClock>
let counter: ReturnType<typeof createTestCounter<Parameters<SipCounter['count']>[0]>>
let trunks: Set<string>
let bans: Ban[]
let defence: Defence

beforeEach(() => {
  clock = createTestClock()
  counter = createTestCounter()
  trunks = new Set([carrier])
  bans = []
  defence = new Defence({
    clock,
    counter,
    isKnown: address => trunks.has(address),
    onBan: ban => void bans.push(ban),
  })
})

const times = (count: number, run: (index: number) => void) => {
  for (let index = 0; index < count; index++) run(index)
}

const ban = (address: string, isProven: boolean) =>
  times(bearable.stranger.count, () => defence.report(address, 'stranger', isProven))

/** So many different addresses that nobody owns. */
const forged = (index: number) => `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`

describe('a ban', () => {
  test('for what anybody could have sent silences datagrams from there, and no connection', () => {
    ban(attacker, false)
    expect([defence.hears(over('udp')), defence.hears(over('tcp'))]).toEqual([false, true])
    expect([defence.isBanned(over('udp')), defence.isBanned(over('tcp'))]).toEqual([true, false])
    expect(counter.of('banned')).toBe(1)
  })

  test('for what only the one at the address can have sent silences both', () => {
    ban(attacker, true)
    expect([defence.hears(over('udp')), defence.hears(over('tcp'))]).toEqual([false, false])
  })

  test('is told once, with what it is for and how long', () => {
    ban(attacker, true)
    ban(attacker, true)
    expect(bans).toEqual([{ address: attacker, what: 'stranger', seconds: 600, isProven: true }])
    expect([counter.of('source banned'), defence.bans]).toEqual([1, 2])
  })

  test('hits an IPv6 network of 64 bits', () => {
    ban('2001:db8:1:2::1', false)
    expect(defence.hears(over('udp', '2001:db8:1:2:ffff::7'))).toBe(false)
    expect(defence.hears(over('udp', '2001:db8:1:3::1'))).toBe(true)
  })

  test('never hits a trunk, whatever is sent in its name, and ends when an address becomes one', () => {
    ban(carrier, false)
    ban(carrier, true)
    expect([bans, defence.hears(over('udp', carrier))]).toEqual([[], true])
    ban(attacker, false)
    trunks.add(attacker)
    expect(defence.hears(over('udp'))).toBe(true)
  })

  test.each([
    ['who has shown good credentials', () => defence.vouch(attacker, 60_000), 60_000],
    ['who is in a dialog with us', () => defence.inDialog(attacker), dialogMs],
    ['whom we have asked', () => defence.asked(attacker), answersMs],
  ])('does not hit the address of those %s, for a while', (_, vouch, ms) => {
    vouch()
    ban(attacker, false)
    expect(bans).toEqual([])
    clock.advance(ms)
    ban(attacker, false)
    expect(bans).toHaveLength(1)
    vouch()
    expect(defence.hears(over('udp'))).toBe(true)
  })

  test('is not forgotten while forged addresses come by', () => {
    ban(attacker, false)
    times(2 * memory.sources, index => defence.hears(over('udp', forged(index))))
    expect(defence.hears(over('udp'))).toBe(false)
  })
})

describe('a flood', () => {
  test('of one stranger is answered up to its limit, and then with silence', () => {
    const { burst } = rates.stranger.requests
    times(burst, () => expect(defence.begins(over('udp'))).toBe('pass'))
    expect(defence.begins(over('udp'))).toBe('silence')
    expect(counter.of('limited')).toBe(1)
  })

  test('of forged addresses is let in up to the limit of all strangers together; trunks do not notice', () => {
    let taken = 0
    times(20_000, index => {
      if (defence.hears(over('udp', forged(index)))) taken += 1
    })
    expect(taken).toBe(rates.strangers.messages.burst)
    expect(defence.hears(over('udp', carrier))).toBe(true)
    expect(defence.begins(over('udp', carrier))).toBe('pass')
  })

  test('of any kind takes a bounded place in memory', () => {
    times(2 * memory.sources, index => {
      const address = forged(index)
      defence.hears(over('udp', address))
      defence.begins(over('tcp', address))
      defence.vouch(address, 1)
    })
    times(2 * memory.offenders, index => ban(forged(index), false))
    expect(defence.size).toBeLessThanOrEqual(memory.sources + memory.offenders + 2 * memory.vouched)
  })

  test('in the name of a trunk is told that it is too much, which a trunk can act on', () => {
    times(rates.friend.requests.burst, () => defence.begins(over('udp', carrier)))
    expect(defence.begins(over('udp', carrier))).toBe('busy')
  })

  test('of a trunk over a connection loses no message: nothing would repeat it', () => {
    times(2 * rates.friend.messages.burst, () => defence.hears(over('tcp', carrier)))
    expect(defence.hears(over('tcp', carrier))).toBe(true)
    times(rates.friend.messages.burst, () => defence.hears(over('udp', carrier)))
    expect(defence.hears(over('udp', carrier))).toBe(false)
  })
})
