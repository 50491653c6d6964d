import type { OfferView, OperatorStatus } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestActiveCall, createTestPhone } from './create-test-phone.ts'

const caller = { mask: 'Amber Heron 41', earlierCalls: 0 }
const offer: OfferView = { call: 'k1', caller, identity: null, queue: 'Main', waitingSince: 0, ringsUntil: 1 }
const deskPhone = { answers: true, registered: 1 }

const operator = (status: OperatorStatus) => ({ id: 'op-1', name: 'Ana', status })

test('RT-10: a call at the desk phone, from the first ring to the last word, opens neither line nor microphone', async () => {
  const { gateway, time, tracks, browser } = createTestPhone()
  gateway.show({ deskPhone, operator: operator('available') })
  await time.advance(0)
  gateway.show({ deskPhone, operator: operator('ringing'), offer })
  await time.advance(0)
  for (const state of ['connected', 'held', 'parked', 'connected', 'wrapping'] as const) {
    gateway.show({ deskPhone, operator: operator('on-call'), active: createTestActiveCall({ state }) })
    await time.advance(10_000)
  }
  expect([...tracks, ...browser.peers]).toEqual([])
  expect([...gateway.commandsOf('open line'), ...gateway.commandsOf('quality')]).toEqual([])
})

test('a mute of an earlier call in the browser is taken back: the desk phone has a key of its own', async () => {
  const { gateway, phone, settle } = createTestPhone()
  gateway.show({ deskPhone, operator: operator('on-call'), active: createTestActiveCall({}, true) })
  await settle()
  expect(phone.muted.value).toBe(false)
  expect(gateway.commandsOf('mute')).toMatchObject([{ call: 'k1', muted: false }])
})

test('a call of ours is on the browser’s line, whoever answers with a desk phone', async () => {
  const { gateway, phone, browser, tracks, connectLine, settle } = createTestPhone()
  gateway.show({ deskPhone })
  phone.prepare(true)
  await connectLine()
  gateway.show({
    deskPhone,
    operator: operator('on-call'),
    active: createTestActiveCall({ direction: 'out' }),
  })
  phone.prepare(false)
  await settle()
  expect(browser.last().closed).toBe(false)
  expect(browser.last().sent.at(-1)).toBe(tracks[0])
  gateway.show({ deskPhone, operator: operator('available') })
  await settle()
  expect(browser.last().closed).toBe(true)
})
