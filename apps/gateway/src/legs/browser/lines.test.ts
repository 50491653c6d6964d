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
  const views: string[] = []
  const pages = new Set<string>()
  const lines = createLines({
    media,
    clock,
    hasPage: operator => pages.has(operator),
    onChanged: operator => void views.push(lines.view(operator).state),
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
  return { lines, media, clock, sent, told, views, pages, connect, answerProbe, warmUp, open }
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

it('gives up a line that does not connect in time, closes it, and tells the page', async () => {
  const { lines, clock, sent, told, open } = bench()
  await lines.open('ann', '1', 'offer', 0)
  await clock.advance(probing.openMs)
  expect(sent).toEqual([{ type: 'line lost', line: '1' }])
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

it('tells the page at once of a line that broke at the worker, warm or not', async () => {
  for (const received of [probing.packets, 0]) {
    const { lines, media, sent, views, connect, answerProbe } = bench()
    await lines.open('ann', '1', 'offer', 0)
    connect()
    answerProbe(received)
    media.emit({ type: 'lost', endpoint: 'line:ann:1', reason: 'failed' })
    expect([sent.at(-1), views.at(-1)]).toEqual([{ type: 'line lost', line: '1' }, 'none'])
  }
})

it('says of every change of what the page is shown, and of nothing else', async () => {
  const { lines, clock, views, connect, answerProbe } = bench()
  await lines.open('ann', '1', 'offer', 0)
  connect()
  answerProbe()
  await clock.advance(probing.everyMs)
  answerProbe()
  expect(views).toEqual(['opening', 'probing', 'warm'])
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

/** Control has just come (back) and meets the worker. */
const meet = ({ media }: ReturnType<typeof bench>) => {
  for (const [worker, endpoints] of media.snapshots()) media.worker(worker, { up: true, endpoints })
}

it('takes up what the workers still hold after a restart, cold until it is probed', async () => {
  const all = bench()
  const { lines, media, told, answerProbe } = all
  media.open(0, { endpoint: 'line:ann:7', kind: 'webrtc', owner: 'ann' })
  media.open(0, { endpoint: 'caller:1', kind: 'rtp', call: '1' })
  meet(all)
  expect(lines.view('ann')).toEqual({ id: '7', state: 'cold' })
  lines.socketBack('ann')
  answerProbe()
  await settled()
  expect(told).toEqual(['ann warm', 'ann ready line:ann:7'])
})

it('takes up a line, too, that has not connected yet: its page is waiting for it', async () => {
  const all = bench()
  const { lines, media, clock, sent, connect } = all
  for (const owner of ['ann', 'bob'])
    media.open(0, { endpoint: `line:${owner}:7`, kind: 'webrtc', owner, connected: false })
  meet(all)
  expect(lines.view('ann')).toEqual({ id: '7', state: 'opening' })
  connect('7')
  expect(lines.view('ann')).toEqual({ id: '7', state: 'probing' })
  await clock.advance(probing.openMs)
  expect(lines.view('bob').state).toBe('none')
  expect(sent).toContainEqual({ type: 'line lost', line: '7' })
})

it('takes up the newest of two lines and closes the other, which its page has left', async () => {
  const all = bench()
  const { lines, media, open } = all
  media.open(0, { endpoint: 'line:ann:7', kind: 'webrtc', owner: 'ann' })
  media.open(0, { endpoint: 'line:ann:8', kind: 'webrtc', owner: 'ann', connected: false })
  meet(all)
  expect([lines.view('ann').id, open()]).toEqual(['8', ['line:ann:8']])
})

it('hears at once that a line is lost which it has just taken up', () => {
  const all = bench()
  const { lines, media, told } = all
  media.open(0, { endpoint: 'line:ann:7', kind: 'webrtc', owner: 'ann' })
  meet(all)
  media.emit({ type: 'lost', endpoint: 'line:ann:7', reason: 'disconnected' })
  expect([lines.view('ann').state, told.at(-1)]).toEqual(['none', 'ann lost'])
})

it('probes at once what it takes up from a worker that came later than the page', () => {
  const all = bench()
  const { lines, media, pages } = all
  pages.add('ann')
  media.open(0, { endpoint: 'line:ann:7', kind: 'webrtc', owner: 'ann' })
  meet(all)
  expect(lines.view('ann').state).toBe('probing')
})
