import type { ActiveCallView, Ending, OperatorView, RecentCallView } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestPhone } from '../phone/create-test-phone.ts'
import { loadNumberReader } from './browser-number.ts'
import { Dialler } from './dialler.ts'

const caller = { mask: 'Blue Heron', earlierCalls: 0 }

function active(fields: Partial<ActiveCallView> = {}): ActiveCallView {
  return {
    call: 'k1',
    caller,
    identity: null,
    queue: 'Main',
    direction: 'out',
    state: 'dialing',
    progress: 'calling',
    connectedAt: 0,
    wrapUpUntil: null,
    participants: [],
    callerQuality: null,
    ...fields,
  }
}

function record(ending: Ending, answeredAt: number | null = null): RecentCallView {
  const direction = 'out' as const
  return {
    call: 'k1',
    caller,
    identity: null,
    direction,
    startedAt: 0,
    answeredAt,
    endedAt: 1,
    ending,
    operator: 'Ana',
  }
}

async function setUp(loadReader = loadNumberReader) {
  const world = createTestPhone()
  const dialler = new Dialler({ ...world, loadReader })
  const show = (view: Partial<OperatorView> = {}) =>
    world.gateway.show({ operator: { id: 'op-1', name: 'Ana', status: 'on-call' }, ...view })
  world.gateway.show()
  dialler.open()
  await loadReader().catch(() => {})
  await world.settle()
  return { ...world, dialler, show }
}

/** On to a call that rings. */
async function ringing() {
  const world = await setUp()
  world.dialler.type('+1 202 555 0143')
  const dialling = world.dialler.dial(null)
  await world.connectLine()
  world.gateway.answer('dial', { ok: true, answer: 'k1' })
  await world.settle()
  world.show({ active: active() })
  await dialling
  return world
}

test('asks for the microphone and the line, dials, and keeps the line until the call is shown', async () => {
  const { dialler, connectLine, gateway, show, settle, browser } = await setUp()
  dialler.type('+1 (202) 555-0143')
  const dialling = dialler.dial(null)
  await settle()
  expect([dialler.value.step, gateway.commandsOf('dial')]).toEqual(['line', []])
  await connectLine()
  expect(dialler.value.step).toBe('test')
  expect(gateway.commandsOf('dial')).toMatchObject([{ number: '+1 (202) 555-0143' }])
  expect(gateway.commandsOf('dial')[0]).not.toHaveProperty('trunk')
  gateway.answer('dial', { ok: true, answer: 'k1' })
  await settle()
  show({ active: active() })
  await dialling
  expect(dialler.value).toMatchObject({ open: false, step: null, problem: null })
  expect(browser.last().closed).toBe(false)
})

test('dials over the trunk that was chosen', async () => {
  const { dialler, connectLine, gateway } = await setUp()
  dialler.type('+12025550143')
  dialler.choose('trunk-2')
  void dialler.dial(null)
  await connectLine()
  expect(gateway.commandsOf('dial')).toMatchObject([{ trunk: 'trunk-2' }])
})

test('a number is understood as its trunk’s country writes it', async () => {
  const { dialler } = await setUp()
  dialler.type('030 901820')
  expect(dialler.read('49')).toEqual({ international: '+49 30 901820', country: 'DE' })
  expect(dialler.read(null)).toBeNull()
})

test('what is no number asks nobody for anything', async () => {
  const { dialler, browser, gateway } = await setUp()
  for (const number of ['', '12', '+1 202']) {
    dialler.type(number)
    await dialler.dial(null)
    expect(dialler.value.problem).toEqual({ type: 'refused', code: 'number.malformed' })
  }
  expect([browser.peers, gateway.commandsOf('dial')]).toEqual([[], []])
  dialler.type('+1 202 5')
  expect(dialler.value.problem).toBeNull()
})

test('without knowledge of countries the gateway says what is a number', async () => {
  const { dialler, connectLine, gateway } = await setUp(async () => {
    throw new Error('offline')
  })
  dialler.type('+12025550143')
  void dialler.dial(null)
  await connectLine()
  expect(gateway.commandsOf('dial')).toHaveLength(1)
})

test('a refused microphone is said in the dialog, which stays with what was typed', async () => {
  const { dialler, door } = await setUp()
  door.problem = { ok: false, problem: 'refused' }
  dialler.type('+12025550143')
  await dialler.dial(null)
  expect(dialler.value).toMatchObject({
    open: true,
    number: '+12025550143',
    problem: { type: 'microphone', problem: 'refused' },
  })
})

test('a refusal of the gateway is said in the dialog', async () => {
  const { dialler, connectLine, gateway, settle } = await setUp()
  dialler.type('+12025550143')
  const dialling = dialler.dial(null)
  await connectLine()
  gateway.answer('dial', { ok: false, code: 'call.gone' })
  await settle()
  await dialling
  expect(dialler.value).toMatchObject({ open: true, problem: { type: 'refused', code: 'call.gone' } })
})

test.each([
  ['busy', 'caller'],
  ['no-answer', 'caller'],
  ['number-unknown', 'upstream'],
  ['media-lost', 'upstream'],
] as const)(
  'a call that ended because of %s says so, and keeps its number to try again',
  async (reason, result) => {
    const { dialler, show } = await ringing()
    // The history may come a moment after the call is gone.
    show()
    expect(dialler.value.outcome).toBeNull()
    show({ recent: [record({ result, reason })] })
    expect(dialler.value).toMatchObject({ outcome: reason, number: '+1 202 555 0143' })
    dialler.dismiss()
    expect(dialler.value).toMatchObject({ outcome: null, number: '' })
  },
)

test('who hung up themselves is told nothing', async () => {
  const { dialler, show } = await ringing()
  show({ recent: [record({ result: 'operator', reason: 'canceled' })] })
  expect(dialler.value).toMatchObject({ outcome: null, number: '' })
})

test('a call that was answered is no outcome, and its number is forgotten', async () => {
  const { dialler, show } = await ringing()
  show({ active: active({ state: 'connected', progress: null }) })
  expect(dialler.value).toMatchObject({ outcome: null, number: '' })
  show({ recent: [record({ result: 'completed', reason: 'hung-up-by-caller' }, 1)] })
  expect(dialler.value.outcome).toBeNull()
})

test('a call that comes in closes the dialog, and leaves what was typed', async () => {
  const { dialler, show } = await setUp()
  dialler.type('+1202')
  show({ offer: { call: 'k2', caller, identity: null, queue: 'Main', waitingSince: 0, ringsUntil: 1 } })
  expect(dialler.value).toMatchObject({ open: false, number: '+1202' })
})

test('whoever signs in next finds nothing of it', async () => {
  const { dialler } = await ringing()
  dialler.clear()
  expect(dialler.value).toMatchObject({ open: false, number: '', trunk: null, outcome: null, problem: null })
})
