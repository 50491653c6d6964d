import type { OperatorStatus } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestPhone } from '../phone/create-test-phone.ts'
import { Operator } from './operator.ts'

function setUp() {
  const test = createTestPhone()
  const show = (status: OperatorStatus, line: 'none' | 'probing' | 'warm' = 'none') =>
    test.gateway.show({
      operator: { id: 'op-1', name: 'Ana', status },
      line: { id: line === 'none' ? null : 'page.1', state: line },
    })
  show('offline')
  return { ...test, show, operator: new Operator(test) }
}

test('going available asks for the microphone, opens the line, and only then tells the gateway', async () => {
  const { operator, connectLine, gateway, show, tracks, settle, browser } = setUp()
  const going = operator.goAvailable()
  await settle()
  expect(operator.value.going).toBe('line')
  expect(tracks.map(track => track.stopped)).toEqual([true])
  expect(gateway.commandsOf('go available')).toEqual([])
  await connectLine()
  expect(operator.value.going).toBe('test')
  gateway.answer('go available', { ok: true })
  await settle()
  show('available', 'warm')
  await going
  expect(operator.value).toEqual({ going: null, busy: false, problem: null })
  expect(browser.last().closed).toBe(false)
})

test('a refused microphone stops it before anything else, and says why', async () => {
  const { operator, door, browser } = setUp()
  door.problem = { ok: false, problem: 'refused' }
  await operator.goAvailable()
  expect(operator.value.problem).toEqual({ type: 'microphone', problem: 'refused' })
  expect(browser.peers).toEqual([])
})

test('a line that does not come up in time is a problem, and is given up', async () => {
  const { operator, time, gateway } = setUp()
  const going = operator.goAvailable()
  await time.advance(15_000)
  await going
  expect(operator.value.problem).toEqual({ type: 'line' })
  expect(gateway.commandsOf('go available')).toEqual([])
})

test('a gateway that has not finished its probe is asked again when the line is warm', async () => {
  const { operator, connectLine, gateway, settle, show } = setUp()
  const going = operator.goAvailable()
  await connectLine()
  gateway.answer('go available', { ok: false, code: 'operator.no-line' })
  await settle()
  show('offline', 'warm')
  await settle()
  expect(gateway.commandsOf('go available')).toHaveLength(2)
  gateway.answer('go available', { ok: true })
  await settle()
  show('available', 'warm')
  await going
  expect(operator.value.problem).toBeNull()
})

test('a break without a connection is refused with a reason', async () => {
  const { operator, gateway } = setUp()
  gateway.last().events.closed()
  await operator.takeBreak()
  expect(operator.value.problem).toEqual({ type: 'refused', code: 'live.away' })
})
