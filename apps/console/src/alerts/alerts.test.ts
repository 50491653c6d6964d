import type { ActiveCallView, OfferView, OperatorStatus, OperatorView } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestView } from '../live/create-test-live.ts'
import { createTestPhone } from '../phone/create-test-phone.ts'
import type { NotificationPermissionState } from './alerts.port.ts'
import { Alerts } from './alerts.ts'
import { announcementOf, type Heard } from './announcement.rules.ts'

const caller = { mask: 'Amber Heron 41', earlierCalls: 0 }
const offer: OfferView = { call: 'k1', caller, identity: null, queue: 'Main', waitingSince: 0, ringsUntil: 1 }

function setUp(args: { permission: NotificationPermissionState; behind: boolean }) {
  const test = createTestPhone()
  const seen = { ringing: false, title: '', shown: [] as string[], takenBack: 0 }
  const alerts = new Alerts({
    live: test.live,
    time: test.time,
    texts: {
      title: () => 'Ringdown',
      ringingTitle: () => 'Incoming',
      notification: ({ caller }) => ({ title: 'Call', body: caller.mask }),
    },
    port: {
      ring: on => {
        seen.ringing = on
      },
      setTitle: title => {
        seen.title = title
      },
      permission: () => args.permission,
      askPermission: async () => 'granted',
      notify: ({ body }) => {
        seen.shown.push(body)
        return () => {
          seen.takenBack += 1
        }
      },
      isInBackground: () => args.behind,
    },
  })
  return { ...test, alerts, seen }
}

test('a ringing call sounds, flashes the title, and notifies behind the scenes; all of it ends with the offer', async () => {
  const { gateway, time, seen } = setUp({ permission: 'granted', behind: true })
  gateway.show({ offer })
  expect(seen).toMatchObject({ ringing: true, title: 'Incoming', shown: ['Amber Heron 41'] })
  await time.advance(1_000)
  expect(seen.title).toBe('Ringdown')
  await time.advance(1_000)
  expect(seen.title).toBe('Incoming')
  gateway.show({ offer: null })
  expect(seen).toMatchObject({ ringing: false, title: 'Ringdown', takenBack: 1 })
})

test.each([
  ['not allowed', 'denied', true],
  ['not asked', 'default', true],
  ['looked at', 'granted', false],
] as const)('a page that is %s shows no notification', (_name, permission, behind) => {
  const { gateway, seen } = setUp({ permission, behind })
  gateway.show({ offer })
  expect(seen).toMatchObject({ ringing: true, shown: [] })
})

test('a page that lost its connection stops ringing, because it cannot answer', () => {
  const { gateway, seen } = setUp({ permission: 'denied', behind: false })
  gateway.show({ offer })
  gateway.last().events.closed()
  expect(seen.ringing).toBe(false)
})

test('a desk phone rings by itself: the page flashes its title and makes no sound', () => {
  const { gateway, seen } = setUp({ permission: 'granted', behind: true })
  gateway.show({ offer, deskPhone: { answers: true, registered: 1 } })
  expect(seen).toMatchObject({ ringing: false, title: 'Incoming', shown: ['Amber Heron 41'] })
})

function heard(view: OperatorView, connection: Heard['connection'] = 'open'): Heard {
  return { view, connection, atDesk: view.deskPhone.answers }
}

function view(fields: {
  atDesk?: boolean
  status?: OperatorStatus
  offer?: OfferView
  active?: ActiveCallView['state']
  progress?: ActiveCallView['progress']
}): OperatorView {
  const { atDesk = false, status = 'available', offer = null, active, progress = null } = fields
  return createTestView({
    operator: { id: 'op-1', name: 'Ana', status },
    deskPhone: { answers: atDesk, registered: 1 },
    offer,
    active: active
      ? {
          call: 'k1',
          caller,
          identity: null,
          direction: 'in',
          progress,
          queue: 'Main',
          state: active,
          connectedAt: 0,
          wrapUpUntil: null,
          participants: [],
          callerQuality: null,
        }
      : null,
  })
}

test.each([
  ['incoming', view({}), view({ offer })],
  ['incomingAtDesk', view({}), view({ offer, atDesk: true })],
  ['parkedAtDesk', view({ active: 'connected', atDesk: true }), view({ active: 'parked', atDesk: true })],
  ['offerGone', view({ offer }), view({})],
  ['connected', view({ offer }), view({ active: 'connected' })],
  ['calling', view({}), view({ active: 'dialing', progress: 'calling' })],
  [
    'ringing',
    view({ active: 'dialing', progress: 'calling' }),
    view({ active: 'dialing', progress: 'ringing' }),
  ],
  [
    null,
    view({ active: 'dialing', progress: 'ringing' }),
    view({ active: 'dialing', progress: 'early media' }),
  ],
  ['answered', view({ active: 'dialing', progress: 'ringing' }), view({ active: 'connected' })],
  ['ended', view({ active: 'dialing', progress: 'ringing' }), view({})],
  ['held', view({ active: 'connected' }), view({ active: 'held' })],
  ['resumed', view({ active: 'held' }), view({ active: 'connected' })],
  ['parked', view({ active: 'connected' }), view({ active: 'parked' })],
  ['ended', view({ active: 'connected' }), view({ active: 'wrapping' })],
  ['ended', view({ active: 'held' }), view({})],
  ['available', view({ active: 'wrapping', status: 'wrap-up' }), view({})],
  ['onBreak', view({}), view({ status: 'on-break' })],
  ['offline', view({}), view({ status: 'offline' })],
  [null, view({}), view({})],
] as const)('a screen reader hears %s', (what, before, after) => {
  expect(announcementOf(heard(before), heard(after))).toBe(what)
})

test('a screen reader hears that the connection went and came', () => {
  const shown = view({})
  expect(announcementOf(heard(shown), heard(shown, 'waiting'))).toBe('connectionLost')
  expect(announcementOf(heard(shown, 'connecting'), heard(shown))).toBe('connectionBack')
})
