import { expect, test, vi } from 'vitest'
import { createTestTime } from '../time/create-test-time.ts'
import { createTestLive } from './create-test-live.ts'
import { LiveClient } from './live-client.ts'

function setUp(args: { sessionMissing?: boolean } = {}) {
  const gateway = createTestLive()
  const time = createTestTime()
  const onSessionMissing = vi.fn()
  const client = new LiveClient({
    openSocket: gateway.open,
    sessionIsMissing: async () => args.sessionMissing ?? false,
    onSessionMissing,
    time,
    random: () => 0,
  })
  return { gateway, time, client, onSessionMissing }
}

function open(args: { sessionMissing?: boolean } = {}) {
  const all = setUp(args)
  all.client.start()
  all.gateway.last().events.opened()
  return all
}

test('shows the last view and how far the server clock is from ours', () => {
  const { gateway, client } = open()
  gateway.show({ now: 1_000_250 })
  expect(client.value).toMatchObject({ connection: 'open', skewMs: 250, view: { now: 1_000_250 } })
})

test('pairs every command with its result', async () => {
  const { gateway, client } = open()
  const accepted = client.send({ type: 'accept', call: 'k1' })
  const available = client.send({ type: 'go available' })
  gateway.answer('go available', { ok: false, code: 'operator.no-line' })
  gateway.answer('accept', { ok: true })
  expect(await accepted).toEqual({ ok: true, answer: null })
  expect(await available).toEqual({ ok: false, code: 'operator.no-line' })
})

test('a command without a connection is away at once', async () => {
  expect(await setUp().client.send({ type: 'go available' })).toEqual({ ok: false, code: 'live.away' })
})

test('a connection that breaks answers what is pending, keeps the view, and comes back with back-off', async () => {
  const { gateway, client, time } = open()
  gateway.show({ operatorsAvailable: 3 })
  const pending = client.send({ type: 'go available' })
  gateway.last().events.closed()
  expect(await pending).toEqual({ ok: false, code: 'live.away' })
  expect(client.value).toMatchObject({ connection: 'waiting', view: { operatorsAvailable: 3 } })

  await time.advance(149)
  expect(gateway.sockets).toHaveLength(1)
  await time.advance(1)
  gateway.last().events.closed()
  await time.advance(299)
  expect(gateway.sockets).toHaveLength(2)
  await time.advance(1)
  gateway.last().events.opened()
  expect(gateway.sockets).toHaveLength(3)
  expect(client.value.connection).toBe('open')
})

test('a gateway that was away for long is found within a second of its return', async () => {
  const { gateway, time } = open()
  for (let tries = 0; tries < 30; tries++) {
    gateway.last().events.closed()
    await time.advance(1_000)
    expect(gateway.sockets).toHaveLength(tries + 2)
  }
})

test('a connection that was up does not ask for the session; one that cannot be opened does', async () => {
  const { gateway, time, onSessionMissing } = open({ sessionMissing: true })
  gateway.last().events.closed()
  await time.advance(0)
  expect(onSessionMissing).not.toHaveBeenCalled()
  await time.advance(150)
  gateway.last().events.closed()
  await time.advance(0)
  expect(onSessionMissing).toHaveBeenCalledOnce()
})

test('a command that stays unanswered replaces the connection, and the old one is closed only when the new one stands', async () => {
  const { gateway, client, time } = open()
  const pending = client.send({ type: 'go available' })
  await time.advance(8_000)
  expect(await pending).toEqual({ ok: false, code: 'live.away' })
  expect(gateway.sockets.map(socket => socket.closed)).toEqual([false, false])
  gateway.last().events.opened()
  expect(gateway.sockets.map(socket => socket.closed)).toEqual([true, false])
})

test('what a replaced connection still says is not heard', () => {
  const { gateway, client } = open()
  client.renew()
  gateway.last().events.opened()
  gateway.sockets[0]?.events.message('{"type":"replaced"}')
  gateway.sockets[0]?.events.closed()
  expect(client.value.connection).toBe('open')
})

test('replaced by another page, it stays quiet until it is told to take over', async () => {
  const { gateway, client, time } = open()
  gateway.say({ type: 'replaced' })
  expect(client.value.connection).toBe('replaced')
  client.renew()
  await time.advance(60_000)
  expect(gateway.sockets).toHaveLength(1)
  client.start()
  gateway.last().events.opened()
  expect(client.value.connection).toBe('open')
})

test.each(['not json', '{"type":"new in a later version"}', '{"type":"view","version":1,"view":{}}'])(
  'ignores what it does not understand: %s',
  text => {
    const { gateway, client } = open()
    gateway.last().events.message(text)
    expect(client.value).toMatchObject({ connection: 'open', view: null })
  },
)

test('hands probes and lost lines on', () => {
  const { gateway, client } = open()
  const heard = vi.fn()
  client.onNotice(heard)
  gateway.say({ type: 'line lost', line: 'l1' })
  expect(heard).toHaveBeenCalledWith({ type: 'line lost', line: 'l1' })
})

test('stopped, it forgets the view and does not come back', async () => {
  const { gateway, client, time } = open()
  gateway.show()
  client.stop()
  await time.advance(60_000)
  expect(client.value).toEqual({ connection: 'stopped', view: null, skewMs: 0 })
  expect(gateway.sockets).toHaveLength(1)
})
