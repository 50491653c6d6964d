import { expect, test } from 'vitest'
import { createTestLive, createTestView } from '../live/create-test-live.ts'
import { LiveClient } from '../live/index.ts'
import { createTestTime } from '../time/create-test-time.ts'
import { endShift } from './end-of-shift.ts'

function setUp(status: 'available' | 'on-call' | 'offline') {
  const time = createTestTime()
  const gateway = createTestLive()
  const live = new LiveClient({
    openSocket: gateway.open,
    sessionIsMissing: async () => false,
    onSessionMissing: () => {},
    time,
    random: () => 0,
  })
  live.start()
  gateway.last().events.opened()
  gateway.show({ operator: { ...createTestView().operator, status } })
  const told = () => gateway.commandsOf('go offline').length
  return { gateway, time, told, ended: endShift({ live, time }) }
}

test.each(['available', 'on-call'] as const)(
  'whoever is %s goes offline before they sign out',
  async status => {
    const { gateway, told, ended } = setUp(status)
    expect(told()).toBe(1)
    gateway.answer('go offline', { ok: true })
    await ended
  },
)

test('whoever is offline has nothing to say', async () => {
  const { told, ended } = setUp('offline')
  await ended
  expect(told()).toBe(0)
})

test('a gateway that does not answer keeps nobody from signing out', async () => {
  const { time, ended } = setUp('available')
  await time.advance(1_000)
  await ended
})
