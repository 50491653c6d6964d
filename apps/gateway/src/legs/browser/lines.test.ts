import type { LiveMessage } from '@ringdown/contract'
import { expect, it } from 'vitest'
import { createTestClock, settled } from '../../calls/testing/create-test-clock.ts'
import { createTestMedia } from '../../calls/testing/create-test-media.ts'
import { probing } from './line.state.ts'
import { createLines } from './lines.ts'

function bench() {
  const media = createTestMedia(2)
  const clock = createTestClock()
  const sent: LiveMessage[] = []
  const told: string[] = []
  const lines = createLines({
    media,
    clock,
    send: (_operator, message) => void sent.push(message),
    onWarm: (operator, warm) => void told.push(`${operator} ${warm ? 'warm' : 'cold'}`),
    onReady: (operator, line) => void told.push(`${operator} ready ${line.endpoint}`),
    onLost: operator => void told.push(`${operator} lost`),
  })
  const connect = (id = '1', operator = 'ann') =>
    media.emit({ type: 'connected', endpoint: `line:${operator}:${id}` })
  const answerProbe = (received: number = probing.packets) => {
    const probe = sent.findLast(m => m.type === 'probe')
    if (probe?.type === 'probe') lines.probeResult('ann', probe.probe, received)
  }
  /** A line that answered its first probe. */
  const warmUp = async () => {
    await lines.open('ann', '1', 'offer', 0)
    connect()
    answerProbe()
    told.length = 0
  }
  const open = () => [...media.heard(0).keys(), ...media.heard(1).keys()]
  return { lines, media, clock, sent, told, connect, answerProbe, warmUp, open }
}

it('opens, connects, is probed, and is warm when the page heard the probe', async () => {
  const { lines, told, sent, connect, answerProbe } = bench()
  expect(await lines.open('ann', '1', 'offer', 0)).toEqual({ ok: true, answer: 'answer to offer' })
  expect([lines.view('ann').state, lines.endOf('ann')]).toEqual(['opening', undefined])
  connect()
  expect([lines.view('ann').state, sent[0]?.type]).toEqual(['probing', 'probe'])
  answerProbe()
  expect(lines.view('ann')).toEqual({ id: '1', state: 'warm' })
  expect(told).toEqual(['ann cold', 'ann cold', 'ann ready line:ann:1', 'ann warm', 'ann ready line:ann:1'])
})

it('gives up a line that does not connect in time, and closes it', async () => {
  const { lines, clock, told, open } = bench()
  await lines.open('ann', '1', 'offer', 0)
  await clock.advance(probing.openMs)
  expect([lines.view('ann').state, open(), told.at(-1), clock.running()]).toEqual(['none', [], 'ann lost', 0])
})

it('is cold when a probe is not answered, and warm again when the next one is', async () => {
  const { clock, told, answerProbe, warmUp } = bench()
  await warmUp()
  await clock.advance(probing.everyMs + probing.answerMs)
  expect(told).toEqual(['ann cold'])
  answerProbe()
  expect(told.slice(1)).toEqual(['ann warm', 'ann ready line:ann:1'])
})

it('replaces a line by the newest one, closes the former, and parks what was on it meanwhile', async () => {
  const { lines, told, connect, warmUp, open, clock } = bench()
  await warmUp()
  await lines.open('ann', '2', 'offer', 1)
  expect([open(), told]).toEqual([['line:ann:2'], ['ann lost', 'ann cold']])
  connect('1')
  expect(lines.view('ann').state).toBe('opening')
  connect('2')
  expect(lines.endOf('ann')).toEqual({ worker: 1, endpoint: 'line:ann:2' })
  expect(clock.running()).toBe(1)
})

it('leaves no timer behind when the same line is opened twice', async () => {
  const { lines, clock } = bench()
  await lines.open('ann', '1', 'offer', 0)
  await lines.open('ann', '1', 'offer', 0)
  expect(clock.running()).toBe(1)
})

it('rings nobody on a worker that does not answer, and goes on when it is back with the line', async () => {
  const { media, told, warmUp, answerProbe } = bench()
  await warmUp()
  const [held] = media.snapshots().values()
  media.worker(1, { up: false })
  expect(told).toEqual([])
  media.worker(0, { up: false })
  expect(told).toEqual(['ann cold'])
  media.worker(0, { up: true, endpoints: held! })
  answerProbe()
  expect(told.slice(1)).toEqual(['ann warm', 'ann ready line:ann:1'])
})

it('tells the page and the call when the worker died, and forgets the line', async () => {
  const { lines, media, sent, told, warmUp, clock } = bench()
  await warmUp()
  media.worker(0, { up: false })
  media.worker(0, { up: true, endpoints: [] })
  expect([told.at(-1), sent.at(-1)]).toEqual(['ann lost', { type: 'line lost', line: '1' }])
  expect([lines.endOf('ann'), clock.running()]).toEqual([undefined, 0])
})

it('refuses what the worker refuses, and keeps nothing of it', async () => {
  const { lines, media, clock } = bench()
  media.command = async () => ({ ok: false, code: 'sdp.refused', message: '' })
  expect(await lines.open('ann', '1', 'garbage', 0)).toEqual({ ok: false, reason: 'line.refused' })
  expect([lines.view('ann').state, clock.running()]).toEqual(['none', 0])
})

it('keeps nothing of a line whose worker is away', async () => {
  const { lines, media, clock } = bench()
  media.worker(0, { up: false })
  expect(await lines.open('ann', '1', 'offer', 0)).toEqual({ ok: false, reason: 'gateway.internal' })
  expect([lines.view('ann').state, clock.running()]).toEqual(['none', 0])
})

it('closes a line at the wish of its page only by its own id', async () => {
  const { lines, warmUp, open } = bench()
  await warmUp()
  lines.close('ann', 'another')
  expect(open()).toHaveLength(1)
  lines.close('ann', '1')
  expect([open(), lines.view('ann').state]).toEqual([[], 'none'])
})

it('takes up what the workers still hold after a restart, cold until it is probed', async () => {
  const { lines, media, told, answerProbe } = bench()
  media.open(0, { endpoint: 'line:ann:7', kind: 'webrtc', owner: 'ann' })
  media.open(0, { endpoint: 'line:bob:7', kind: 'webrtc', owner: 'bob', connected: false })
  media.open(0, { endpoint: 'caller:1', kind: 'rtp', call: '1' })
  for (const [worker, endpoints] of media.snapshots()) lines.restore(worker, endpoints)
  expect([lines.view('ann'), lines.view('bob').state]).toEqual([{ id: '7', state: 'cold' }, 'none'])
  lines.socketBack('ann')
  answerProbe()
  await settled()
  expect(told).toEqual(['ann warm', 'ann ready line:ann:7'])
})
