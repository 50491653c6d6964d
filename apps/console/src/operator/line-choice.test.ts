import type { OperatorStatus, OperatorView } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestView } from '../live/create-test-live.ts'
import { createTestPhone } from '../phone/create-test-phone.ts'
import { mayChooseLine, missesDeskPhone, offersLineChoice } from './desk.rules.ts'
import { LineChoice } from './line-choice.ts'
import { Operator } from './operator.ts'

const ana = (status: OperatorStatus) => ({ id: 'op-1', name: 'Ana', status })

function setUp(status: OperatorStatus, answers: boolean) {
  const test = createTestPhone()
  const show = (status: OperatorStatus, answers: boolean) =>
    test.gateway.show({ operator: ana(status), deskPhone: { answers, registered: 1 } })
  show(status, answers)
  return { ...test, show, choice: new LineChoice(test), operator: new Operator(test) }
}

test('RT-10: choosing the desk phone closes the line of an available operator and asks for no microphone', async () => {
  const { choice, gateway, show, browser, connectLine, tracks, settle } = setUp('available', false)
  await connectLine()
  const choosing = choice.choose('desk phone')
  expect(choice.value.choosing).toBe('desk phone')
  expect(gateway.commandsOf('answer with')).toMatchObject([{ line: 'desk phone' }])
  gateway.answer('answer with', { ok: true })
  await settle()
  expect(choice.value.choosing).toBe('desk phone')
  show('available', true)
  await choosing
  expect(choice.value).toEqual({ choosing: null, problem: null })
  expect(browser.last().closed).toBe(true)
  expect(tracks).toEqual([])
})

test('RT-10: choosing the browser asks an available operator for the microphone first, then opens the line again', async () => {
  const { choice, gateway, show, tracks, browser, settle, connectLine } = setUp('available', true)
  expect(browser.peers).toEqual([])
  const choosing = choice.choose('browser')
  await settle()
  expect(tracks.map(track => track.stopped)).toEqual([true])
  gateway.answer('answer with', { ok: true })
  await settle()
  show('available', false)
  await choosing
  await connectLine()
  expect(gateway.commandsOf('open line')).toHaveLength(1)
  expect(browser.last().closed).toBe(false)
})

test('without a microphone calls go on ringing at the desk phone, and the page says why', async () => {
  const { choice, gateway, door } = setUp('available', true)
  door.problem = { ok: false, problem: 'refused' }
  await choice.choose('browser')
  expect(choice.value).toEqual({ choosing: null, problem: { type: 'microphone', problem: 'refused' } })
  expect(gateway.commandsOf('answer with')).toEqual([])
})

test('whoever is offline chooses the browser without a question: going available asks for the microphone', async () => {
  const { choice, gateway, show, tracks, settle } = setUp('offline', true)
  const choosing = choice.choose('browser')
  await settle()
  gateway.answer('answer with', { ok: true })
  await settle()
  show('offline', false)
  await choosing
  expect(tracks).toEqual([])
})

test('a refusal is told, and what was is what is', async () => {
  const { choice, gateway } = setUp('available', false)
  const choosing = choice.choose('desk phone')
  gateway.answer('answer with', { ok: false, code: 'operator.busy' })
  await choosing
  expect(choice.value).toEqual({ choosing: null, problem: { type: 'refused', code: 'operator.busy' } })
})

test('going available with a desk phone needs neither microphone nor line', async () => {
  const { operator, gateway, show, tracks, browser, settle } = setUp('offline', true)
  const going = operator.goAvailable()
  expect(gateway.commandsOf('go available')).toHaveLength(1)
  gateway.answer('go available', { ok: true })
  await going
  show('available', true)
  await settle()
  expect(operator.value).toEqual({ going: null, busy: false, problem: null })
  expect([...tracks, ...browser.peers, ...gateway.commandsOf('open line')]).toEqual([])
})

test('going available with a desk phone that is not there is refused with a reason', async () => {
  const { operator, gateway } = setUp('offline', true)
  const going = operator.goAvailable()
  gateway.answer('go available', { ok: false, code: 'operator.no-phone' })
  await going
  expect(operator.value.problem).toEqual({ type: 'refused', code: 'operator.no-phone' })
})

const caller = { mask: 'Amber Heron 41', earlierCalls: 0 }
const offer = { call: 'k1', caller, identity: null, queue: 'Main', waitingSince: 0, ringsUntil: 1 }

test.each<[boolean, string, Partial<OperatorView>]>([
  [true, 'somebody who waits', { operator: ana('available') }],
  [true, 'somebody offline', {}],
  [false, 'somebody who is rung', { operator: ana('ringing'), offer }],
  [false, 'somebody who is just being rung', { operator: ana('ringing') }],
  [false, 'somebody in a call', { operator: ana('on-call') }],
])('%s: a line can be chosen by %s', (may, _who, view) => {
  expect(mayChooseLine(createTestView(view))).toBe(may)
})

test.each([
  [{ answers: false, registered: 0 }, false, false],
  [{ answers: false, registered: 1 }, true, false],
  [{ answers: true, registered: 0 }, true, true],
  [{ answers: true, registered: 2 }, true, false],
])('%j: the choice is offered: %s, the phone is missed: %s', (deskPhone, offered, missed) => {
  expect([offersLineChoice({ deskPhone }), missesDeskPhone({ deskPhone })]).toEqual([offered, missed])
})
