import type { OfferView, OperatorStatus } from '@ringdown/contract'
import { expect, test } from 'vitest'
import { createTestActiveCall, createTestPhone } from './create-test-phone.ts'

const caller = { mask: 'Amber Heron 41', earlierCalls: 0 }
const offer: OfferView = {
  call: 'k1',
  caller,
  identity: null,
  queue: 'Main',
  waitingSince: 0,
  ringsUntil: 30_000,
}

function operator(status: OperatorStatus) {
  return { id: 'op-1', name: 'Ana', status }
}

async function inCall() {
  const test = createTestPhone()
  test.gateway.show({ operator: operator('available') })
  await test.connectLine()
  test.gateway.show({ operator: operator('ringing'), line: { id: 'page.1', state: 'warm' }, offer })
  await test.settle()
  test.gateway.show({
    operator: operator('on-call'),
    line: { id: 'page.1', state: 'warm' },
    active: createTestActiveCall(),
  })
  await test.settle()
  return test
}

test.each(['available', 'ringing', 'on-call', 'wrap-up'] as const)(
  'a page whose operator is %s opens a line without a click',
  async status => {
    const { gateway, settle } = createTestPhone()
    gateway.show({ operator: operator(status) })
    await settle()
    expect(gateway.commandsOf('open line')).toMatchObject([{ line: 'page.1', sdp: 'offer 1' }])
  },
)

test.each(['offline', 'on-break'] as const)('a page whose operator is %s opens none', async status => {
  const { gateway, settle, browser } = createTestPhone()
  gateway.show({ operator: operator(status) })
  await settle()
  expect(browser.peers).toEqual([])
})

test('one line is opened, however many views come', async () => {
  const { gateway, connectLine, browser } = createTestPhone()
  gateway.show({ operator: operator('available') })
  gateway.show({ operator: operator('available') })
  await connectLine()
  gateway.show({ operator: operator('available'), line: { id: 'page.1', state: 'warm' } })
  expect(browser.peers).toHaveLength(1)
  expect(browser.last().answers).toEqual(['answer'])
})

test('going offline closes the line here and at the gateway', async () => {
  const { gateway, connectLine, browser, settle } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await connectLine()
  gateway.show({ operator: operator('offline'), line: { id: 'page.1', state: 'warm' } })
  await settle()
  expect(browser.last().closed).toBe(true)
  expect(gateway.commandsOf('close line')).toMatchObject([{ line: 'page.1' }])
})

test('a probe is answered with what arrived since it was announced', async () => {
  const { gateway, connectLine, browser, time } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await connectLine()
  browser.last().stats.packetsReceived = 500
  gateway.say({ type: 'probe', probe: 'p1', line: 'page.1', packets: 10, afterMs: 500 })
  await time.advance(100)
  browser.last().stats.packetsReceived = 509
  await time.advance(400)
  expect(gateway.commandsOf('probe result')).toMatchObject([{ probe: 'p1', received: 9 }])
})

test('a probe of a line that this page does not have is not answered', async () => {
  const { gateway, connectLine, time } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await connectLine()
  gateway.say({ type: 'probe', probe: 'p1', line: 'other.1', packets: 10, afterMs: 500 })
  await time.advance(1_000)
  expect(gateway.commandsOf('probe result')).toEqual([])
})

test('the microphone is closed while the operator is available', async () => {
  const { gateway, connectLine, tracks } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await connectLine()
  expect(tracks).toEqual([])
})

test('it opens when a call rings, but nothing is sent before the call is accepted', async () => {
  const { gateway, connectLine, tracks, browser, settle, phone } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await connectLine()
  gateway.show({ operator: operator('ringing'), offer })
  await settle()
  expect(tracks).toHaveLength(1)
  expect(browser.last().sent).toEqual([])
  phone.accepted('k1')
  expect(browser.last().sent).toEqual([tracks[0]])
})

test('AU-1: the line sends what the caller’s telephone speaks, from before the accept, and follows a change', async () => {
  const { gateway, connectLine, browser, settle } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await connectLine()
  expect(browser.last().spoken).toEqual([])
  gateway.show({ operator: operator('ringing'), offer: { ...offer, codec: 'G722' } })
  gateway.show({ operator: operator('ringing'), offer: { ...offer, codec: 'G722' }, operatorsAvailable: 2 })
  await settle()
  expect(browser.last()).toMatchObject({ spoken: ['G722'], sent: [] })
  gateway.show({ operator: operator('on-call'), active: createTestActiveCall({ codec: 'G722' }) })
  gateway.show({ operator: operator('on-call'), active: createTestActiveCall({ codec: 'opus' }) })
  await settle()
  expect(browser.last().spoken).toEqual(['G722', 'opus'])
})

test('a line that replaces another one in a call sends what the caller speaks', async () => {
  const { gateway, connectLine, browser, settle } = createTestPhone()
  gateway.show({ operator: operator('on-call'), active: createTestActiveCall({ codec: 'opus' }) })
  await connectLine()
  gateway.say({ type: 'line lost', line: 'page.1' })
  await connectLine()
  await settle()
  expect(browser.peers.map(peer => peer.spoken)).toEqual([['opus'], ['opus']])
})

test('it is closed when the offer moves on', async () => {
  const { gateway, connectLine, tracks, settle } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await connectLine()
  gateway.show({ operator: operator('ringing'), offer })
  await settle()
  gateway.show({ operator: operator('available') })
  await settle()
  expect(tracks[0]?.stopped).toBe(true)
})

test('it is closed in wrap-up, and the line is kept', async () => {
  const { gateway, tracks, browser, settle } = await inCall()
  expect(browser.last().sent).toEqual([tracks[0]])
  gateway.show({
    operator: operator('wrap-up'),
    line: { id: 'page.1', state: 'warm' },
    active: createTestActiveCall({ state: 'wrapping' }),
  })
  await settle()
  expect(tracks[0]?.stopped).toBe(true)
  expect(browser.last()).toMatchObject({ closed: false, sent: [tracks[0], null] })
})

test('on hold nothing is heard of the operator, muted or not', async () => {
  const { gateway, tracks, settle } = await inCall()
  expect(tracks[0]?.enabled).toBe(true)
  gateway.show({
    operator: operator('on-call'),
    line: { id: 'page.1', state: 'warm' },
    active: createTestActiveCall({ state: 'held' }),
  })
  await settle()
  expect(tracks[0]?.enabled).toBe(false)
})

test('muting works at once and is told to the gateway', async () => {
  const { gateway, tracks, phone } = await inCall()
  phone.setMuted(true)
  expect(tracks[0]?.enabled).toBe(false)
  expect(gateway.commandsOf('mute')).toMatchObject([{ call: 'k1', muted: true }])
})

test('a page that finds a call running keeps the mute that the gateway remembers', async () => {
  const { gateway, connectLine, tracks, phone } = createTestPhone()
  gateway.show({ operator: operator('on-call'), active: createTestActiveCall({}, true) })
  await connectLine()
  expect(phone.muted.value).toBe(true)
  expect(tracks[0]?.enabled).toBe(false)
})

test('a call that was accepted here starts with an open microphone, whatever was muted before', async () => {
  const { gateway, connectLine, phone, settle } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await connectLine()
  gateway.show({ operator: operator('ringing'), offer })
  gateway.show({ operator: operator('on-call'), active: createTestActiveCall({}, true) })
  await settle()
  expect(phone.muted.value).toBe(false)
  expect(gateway.commandsOf('mute')).toMatchObject([{ muted: false }])
})

test('a page that takes its call back from another page keeps the mute of that page', async () => {
  const { gateway, live, phone, settle } = await inCall()
  gateway.say({ type: 'replaced' })
  live.start()
  gateway.last().events.opened()
  gateway.show({ operator: operator('on-call'), active: createTestActiveCall({}, true) })
  await settle()
  expect(phone.muted.value).toBe(true)
})

test('a line lost during a call is replaced, and the microphone goes to the new one', async () => {
  const { gateway, tracks, browser, connectLine } = await inCall()
  gateway.say({ type: 'line lost', line: 'page.1' })
  await connectLine()
  expect(gateway.commandsOf('open line')).toHaveLength(2)
  expect(browser.peers.map(peer => peer.closed)).toEqual([true, false])
  expect(browser.last().sent).toEqual([tracks[0]])
})

test('a broken socket leaves line and microphone alone', async () => {
  const { gateway, tracks, browser, time } = await inCall()
  gateway.last().events.closed()
  await time.advance(150)
  gateway.last().events.opened()
  gateway.show({
    operator: operator('on-call'),
    line: { id: 'page.1', state: 'warm' },
    active: createTestActiveCall(),
  })
  await time.advance(0)
  expect(browser.peers).toHaveLength(1)
  expect(tracks[0]?.stopped).toBe(false)
})

test('a gateway that came back without the line gets a new one', async () => {
  const { gateway, browser, time } = await inCall()
  gateway.last().events.closed()
  await time.advance(150)
  gateway.last().events.opened()
  gateway.show({ operator: operator('on-call'), active: createTestActiveCall() })
  await time.advance(0)
  expect(browser.peers).toHaveLength(2)
})

test('a gateway that came back without the line says so before any view, and gets a new one at once', async () => {
  const { gateway, browser, time } = await inCall()
  gateway.last().events.closed()
  await time.advance(150)
  gateway.last().events.opened()
  gateway.say({ type: 'line', line: null })
  await time.advance(0)
  expect(browser.peers).toHaveLength(2)
})

test('a line that connects while the gateway restarts is opened anew when the gateway does not know it', async () => {
  const { gateway, browser, settle, time } = createTestPhone()
  gateway.show({ operator: operator('available') })
  await settle()
  gateway.answer('open line', { ok: true, answer: 'answer' })
  await settle()
  gateway.last().events.closed()
  await time.advance(150)
  gateway.last().events.opened()
  browser.last().events.state('connected')
  gateway.say({ type: 'line', line: null })
  await time.advance(0)
  expect(browser.peers.map(peer => peer.closed)).toEqual([true, false])
})

test('a worker that is away for long is asked again every second', async () => {
  const { gateway, settle, time } = createTestPhone()
  gateway.show({ operator: operator('on-call'), active: createTestActiveCall({ state: 'parked' }) })
  await settle()
  for (let second = 0; second < 20; second++) {
    gateway.answer('open line', { ok: false, code: 'line.refused' })
    await time.advance(1_000)
  }
  expect(gateway.commandsOf('open line').length).toBeGreaterThanOrEqual(20)
})

test('replaced by another page, nothing stays open here', async () => {
  const { gateway, tracks, browser } = await inCall()
  gateway.say({ type: 'replaced' })
  expect(browser.last().closed).toBe(true)
  expect(tracks[0]?.stopped).toBe(true)
})

test('a microphone that is pulled out is opened again and sent', async () => {
  const { tracks, browser, settle } = await inCall()
  tracks[0]?.dispatchEvent(new Event('ended'))
  await settle()
  expect(tracks).toHaveLength(2)
  expect(browser.last().sent.at(-1)).toBe(tracks[1])
})

test('a refused microphone is not asked for again and again, but is when somebody tries', async () => {
  const { gateway, connectLine, door, microphone, settle, tracks } = createTestPhone()
  door.problem = { ok: false, problem: 'refused' }
  gateway.show({ operator: operator('available') })
  await connectLine()
  gateway.show({ operator: operator('ringing'), offer })
  await settle()
  expect(microphone.value).toEqual({ at: 'failed', problem: 'refused' })
  door.problem = null
  gateway.show({ operator: operator('ringing'), offer, operatorsAvailable: 2 })
  await settle()
  expect(microphone.value.at).toBe('failed')
  microphone.reopen()
  await settle()
  expect(microphone.value).toEqual({ at: 'open', track: tracks[0] })
})

test('the quality of a call is read every five seconds and reported', async () => {
  const { gateway, browser, time, phone } = await inCall()
  await time.advance(0)
  Object.assign(browser.last().stats, { packetsReceived: 250, jitterMs: 3, sentLossPercent: 0 })
  await time.advance(5_000)
  expect(gateway.commandsOf('quality')).toMatchObject([{ report: { packetsReceived: 250, packetsLost: 0 } }])
  expect(phone.quality.value).toMatchObject({ hearing: { grade: 'good' }, speaking: { grade: 'good' } })
})
