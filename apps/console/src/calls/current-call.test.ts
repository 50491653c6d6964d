import type { ActiveCallView } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestPhone } from '../phone/create-test-phone.ts'
import { CurrentCall } from './current-call.ts'

const caller = { mask: 'Amber Heron 41', earlierCalls: 0 }

function active(state: ActiveCallView['state'] = 'connected', call = 'k1'): ActiveCallView {
  return {
    call,
    caller,
    identity: null,
    direction: 'in',
    progress: null,
    queue: 'Main',
    state,
    connectedAt: 0,
    wrapUpUntil: null,
    participants: [],
    callerQuality: null,
  }
}

function setUp() {
  const test = createTestPhone()
  return { ...test, call: new CurrentCall(test) }
}

const offer = { call: 'k1', caller, identity: null, queue: 'Main', waitingSince: 0, ringsUntil: 1 }

test('accepting a call that is gone says so', async () => {
  const { call, gateway } = setUp()
  gateway.show({ offer })
  const accepting = call.accept()
  expect(call.value.pending).toBe('accept')
  gateway.answer('accept', { ok: false, code: 'call.gone' })
  await accepting
  expect(call.value).toMatchObject({ pending: null, error: 'call.gone' })
})

test('a second press while the first is on its way does nothing', async () => {
  const { call, gateway } = setUp()
  gateway.show({ offer })
  const accepting = call.accept()
  await call.accept()
  await call.decline()
  gateway.answer('accept', { ok: true })
  await accepting
  expect(gateway.commandsOf('accept')).toHaveLength(1)
  expect(gateway.commandsOf('decline')).toEqual([])
})

test.each([
  ['connected', 'hold'],
  ['held', 'resume'],
] as const)('the hold button of a %s call says %s', async (state, command) => {
  const { call, gateway } = setUp()
  gateway.show({ active: active(state) })
  void call.toggleHold()
  expect(gateway.commandsOf(command)).toMatchObject([{ call: 'k1' }])
})

test('digits leave one after the other, in order', async () => {
  const { call, gateway, settle } = setUp()
  gateway.show({ active: active() })
  for (const digit of ['1', 'x', '#']) call.press(digit)
  await settle()
  expect(gateway.commandsOf('digits')).toMatchObject([{ digits: '1' }])
  gateway.answer('digits', { ok: true })
  await settle()
  expect(gateway.commandsOf('digits').map(command => command.digits)).toEqual(['1', '#'])
  expect(call.value.digits).toBe('1#')
})

test('digits are forgotten with their call', () => {
  const { call, gateway } = setUp()
  gateway.show({ active: active() })
  call.press('5')
  gateway.show({ active: active('connected', 'k2') })
  expect(call.value.digits).toBe('')
})

test('in wrap-up there is nothing to hang up and nobody to send digits to', async () => {
  const { call, gateway } = setUp()
  gateway.show({ active: active('wrapping') })
  await call.hangUp()
  call.press('5')
  expect([...gateway.commandsOf('hang up'), ...gateway.commandsOf('digits')]).toEqual([])
})
