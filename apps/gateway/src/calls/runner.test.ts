import { describe, expect, it } from 'vitest'
import type { Arrival, LegDriver, LegKind, LegRecord } from '../legs/leg.port.ts'
import type { CallInput, CallState } from './call.state.ts'
import { noFailpoints } from './failpoints.port.ts'
import { limits } from './limits.rules.ts'
import { createCalls } from './runner.ts'
import { createTestClock, settled } from './testing/create-test-clock.ts'
import { createTestDriver } from './testing/create-test-driver.ts'
import { createTestJournal } from './testing/create-test-journal.ts'
import { createTestMedia } from './testing/create-test-media.ts'
import {
  createTestFacts,
  createTestInputs,
  createTestStates,
  noon,
  terms,
} from './testing/create-test-states.ts'

const inputs = createTestInputs()
const callerEnd = (call: string) => `caller:${call}`

function bench(
  over: { media?: ReturnType<typeof createTestMedia>; journal?: ReturnType<typeof createTestJournal> } = {},
) {
  const { media = createTestMedia(), journal = createTestJournal() } = over
  const clock = createTestClock(noon)
  const sip = createTestDriver({ kind: 'sip', media })
  const stream = createTestDriver({ kind: 'stream', media })
  const failures: string[] = []
  const calls = createCalls({
    journal,
    media,
    drivers: new Map<LegKind, LegDriver>([
      ['sip', sip],
      ['stream', stream],
    ]),
    clock,
    failpoints: noFailpoints,
    queueTerms: async () => ({ ...terms, greeting: '' }),
    isAway: () => false,
    observer: { ignored: () => {}, failed: what => void failures.push(what) },
  })
  const arrive = async (kind: LegKind = 'sip', identity: Arrival['identity'] = null) => {
    const arrived = await calls.arrive({
      organization: 'org-1',
      number: '+15550100',
      queue: 'queue-1',
      caller: 'caller-1',
      identity,
      leg: { leg: 'leg-1', kind, data: '{}' },
    })
    if (!arrived.ok) throw new Error(arrived.code)
    await settled()
    return arrived.call
  }
  /** On to a talk with ann. */
  const talk = async () => {
    const call = await arrive()
    await calls.report({ type: 'answered', leg: 'leg-1', call })
    await calls.tell(call, { type: 'offers made', operators: ['ann', 'bob'] })
    media.open(0, { endpoint: 'line:ann:1', kind: 'webrtc', owner: 'ann' })
    await calls.tell(call, inputs.accepted)
    await settled()
    return call
  }
  return { calls, media, journal, clock, sip, stream, failures, arrive, talk }
}

describe('a call that comes in', () => {
  it('causes nothing outside before it stands in the journal', async () => {
    const { calls, journal, sip, media } = bench()
    const release = journal.hold()
    const arrived = calls.arrive({
      organization: 'org-1',
      number: '+15550100',
      queue: 'queue-1',
      caller: 'caller-1',
      identity: null,
      leg: { leg: 'leg-1', kind: 'sip', data: '{}' },
    })
    await settled()
    expect([sip.asked, media.commands, calls.list()]).toEqual([[], [], []])
    release()
    expect(await arrived).toMatchObject({ ok: true })
    expect(sip.asked.map(a => a.type)).toEqual(['open'])
  })

  it('is answered at once, and says later what is proved about its caller', async () => {
    const { calls, sip, arrive } = bench()
    const found = sip.holdIdentity()
    const call = await arrive('sip', 'checking')
    await calls.report({ type: 'answered', leg: 'leg-1', call })
    expect(calls.get(call)).toMatchObject({ type: 'queued', facts: { identity: 'checking' } })
    found('A')
    await settled()
    expect(calls.get(call)).toMatchObject({ type: 'queued', facts: { identity: 'A' } })
    expect(sip.asked.map(a => a.type)).toEqual(['open', 'identify', 'answer'])
  })

  it('is not verified where its leg cannot tell', async () => {
    const { calls, arrive } = bench()
    const call = await arrive('stream', 'checking')
    await settled()
    expect(calls.get(call)?.facts.identity).toBe('unverified')
  })

  it('is answered when its audio is up, and hears music when it waits', async () => {
    const { calls, sip, media, arrive } = bench()
    const call = await arrive()
    expect(sip.asked.map(a => a.type)).toEqual(['open', 'answer'])
    await calls.report({ type: 'answered', leg: 'leg-1', call })
    expect(calls.get(call)?.type).toBe('queued')
    expect(media.heard(0).get(callerEnd(call))).toMatchObject({
      type: 'playlist',
      items: [{ type: 'music' }],
    })
  })

  it('joins both ends when an operator accepts, nothing of it before the entry', async () => {
    const { calls, media, journal, arrive } = bench()
    const call = await arrive()
    await calls.report({ type: 'answered', leg: 'leg-1', call })
    await calls.tell(call, { type: 'offers made', operators: ['ann'] })
    media.open(0, { endpoint: 'line:ann:1', kind: 'webrtc', owner: 'ann' })
    const said = media.commands.length
    const release = journal.hold()
    const told = calls.tell(call, inputs.accepted)
    await settled()
    expect(media.commands).toHaveLength(said)
    release()
    expect(await told).toBe('taken')
    expect(media.heard(0).get(callerEnd(call))).toEqual({ type: 'endpoint', endpoint: 'line:ann:1' })
    expect(media.heard(0).get('line:ann:1')).toEqual({ type: 'endpoint', endpoint: callerEnd(call) })
  })

  it('is refused while the gateway stops, and while entries are spooled', async () => {
    const { calls, journal } = bench()
    const arrival = {
      organization: 'o',
      number: '+15550100',
      queue: 'q',
      caller: 'c',
      identity: null,
      leg: { leg: 'l', kind: 'sip' as const, data: '' },
    }
    journal.isSpooling = true
    expect(await calls.arrive(arrival)).toEqual({ ok: false, code: 'gateway.database-away' })
    calls.refuseArrivals()
    expect(await calls.arrive(arrival)).toEqual({ ok: false, code: 'gateway.stopping' })
  })

  it('waits for a worker when none is up, and takes the first that comes', async () => {
    const media = createTestMedia(2)
    media.worker(0, { up: false })
    media.worker(1, { up: false })
    const { calls, sip, arrive } = bench({ media })
    const call = await arrive()
    expect(sip.asked).toEqual([])
    media.worker(1, { up: true, endpoints: [] })
    await settled()
    expect(calls.get(call)?.facts.media).toMatchObject({ state: 'up', worker: 1 })
  })

  it('is ended at once when its audio cannot be opened for another reason than a missing worker', async () => {
    const { calls, journal, sip, media, arrive } = bench()
    media.command = async () => ({ ok: false, code: 'ports.exhausted', message: '' })
    const call = await arrive()
    expect(calls.get(call)).toBeUndefined()
    expect([sip.hangUps('leg-1'), journal.entries.at(-1)?.state.type]).toEqual([1, 'ended'])
  })

  it('leaves no endpoint behind when the caller leaves while the audio is being opened', async () => {
    const { calls, media, sip, arrive } = bench()
    let open = () => {}
    const { openMedia } = sip
    sip.openMedia = async order => {
      await new Promise<void>(resolve => {
        open = resolve
      })
      return openMedia(order)
    }
    const call = await arrive()
    await calls.report({ type: 'ended', leg: 'leg-1', call, cause: 'far end hung up' })
    open()
    await settled()
    expect([...media.heard(0).keys()]).toEqual([])
  })
})

describe('the end of a call', () => {
  it('hangs up, closes the endpoint, forgets the leg, and leaves nothing in memory', async () => {
    const { calls, media, journal, sip, clock, talk } = bench()
    const call = await talk()
    await calls.tell(call, inputs['operator hung up'])
    await settled()
    expect([sip.hangUps('leg-1'), journal.settled]).toEqual([1, [call]])
    expect([...media.heard(0).keys()]).toEqual(['line:ann:1'])
    expect(media.heard(0).get('line:ann:1')).toEqual({ type: 'nothing' })
    await clock.advance(terms.wrapUpMs)
    expect([calls.list(), clock.running()]).toEqual([[], 0])
    expect(await calls.report({ type: 'answered', leg: 'leg-1', call })).toBe('gone')
  })

  it('tells a leg that reports during wrap-up that the call is over for it', async () => {
    const { calls, talk } = bench()
    const call = await talk()
    await calls.tell(call, inputs['operator hung up'])
    expect(await calls.report({ type: 'media lost', leg: 'leg-1', call })).toBe('gone')
    expect(calls.get(call)?.type).toBe('wrapping')
  })

  it('keeps the leg when the far end could not be told, so that the next control tells it', async () => {
    const { calls, journal, sip, failures, talk } = bench()
    const call = await talk()
    sip.failHangUps(true)
    await calls.tell(call, inputs['operator hung up'])
    await settled()
    expect([journal.settled, failures]).toEqual([[], ['hang up caller']])
  })

  it('keeps the leg until the far end knows, which holds up neither the call nor the stop', async () => {
    const { calls, journal, sip, talk } = bench()
    const told = sip.holdFarewells()
    const call = await talk()
    await calls.endAll()
    await settled()
    expect([calls.list(), journal.settled]).toEqual([[], []])
    told()
    await calls.partings()
    expect(journal.settled).toEqual([call])
  })

  it('ends everything with its reason when the gateway stops', async () => {
    const { calls, journal, sip, talk } = bench()
    await talk()
    await calls.endAll()
    expect([calls.list(), sip.hangUps('leg-1')]).toEqual([[], 1])
    const records = journal.entries.flatMap(e => e.writes).filter(w => w.type === 'record')
    expect(records).toMatchObject([{ ending: { reason: 'shutdown' } }])
  })

  it('ends a call too that is just arriving when the gateway stops', async () => {
    const { calls, journal, sip } = bench()
    const release = journal.hold()
    const arriving = calls.arrive({
      organization: 'org-1',
      number: '+15550100',
      queue: 'queue-1',
      caller: 'caller-2',
      identity: null,
      leg: { leg: 'leg-2', kind: 'sip', data: '{}' },
    })
    await settled()
    const ended = calls.endAll()
    release()
    await Promise.all([arriving, ended])
    expect([calls.list(), sip.hangUps('leg-2')]).toEqual([[], 1])
  })

  it('hangs up a call of which the database knows nothing any more', async () => {
    const { calls, journal, sip, clock, talk } = bench()
    const call = await talk()
    journal.entries.length = 0
    expect(await calls.tell(call, inputs.hold)).toBe('gone')
    expect([calls.list(), sip.hangUps('leg-1'), clock.running()]).toEqual([[], 1, 0])
  })
})

describe('a worker that dies', () => {
  it('takes the operator off, and takes the caller up again on the same port when it is back', async () => {
    const { calls, media, clock, talk } = bench()
    const call = await talk()
    const { port } = calls.get(call)!.facts.media
    media.worker(0, { up: false })
    await calls.tell(call, inputs['operator away'])
    expect(calls.get(call)).toMatchObject({ type: 'parked', facts: { media: { state: 'lost' } } })
    await clock.advance(5_000)
    media.worker(0, { up: true, endpoints: [] })
    await settled()
    expect(calls.get(call)?.facts.media).toMatchObject({ state: 'up', port })
    expect(media.heard(0).get(callerEnd(call))).toMatchObject({
      items: [{ type: 'tone' }, { type: 'music' }],
    })
    await calls.tell(call, inputs['operator back'])
    expect(media.heard(0).get(callerEnd(call))).toMatchObject({ endpoint: 'line:ann:2' })
  })

  it('ends a caller whose audio does not come back in time', async () => {
    const { calls, media, journal, clock, talk } = bench()
    const call = await talk()
    media.worker(0, { up: false })
    await clock.advance(limits.mediaLostMs)
    expect(calls.get(call)?.type).toBe('wrapping')
    expect(journal.entries.at(-1)?.state).toMatchObject({ ending: { reason: 'media-lost' } })
  })

  it('goes on as it was when the worker had only been away from control', async () => {
    const { calls, media, talk } = bench()
    const call = await talk()
    const held = media.snapshots().get(0)!
    media.worker(0, { up: false })
    media.worker(0, { up: true, endpoints: held })
    await settled()
    expect(calls.get(call)).toMatchObject({ type: 'connected', facts: { media: { state: 'up' } } })
    expect(media.heard(0).get(callerEnd(call))).toMatchObject({ endpoint: 'line:ann:1' })
  })
})

describe('a call of ours', () => {
  const line = { worker: 0, endpoint: 'line:ann:1' }
  const outgoing = {
    organization: 'org-1',
    number: '+15550100',
    queue: 'queue-1',
    caller: 'caller-1',
    leg: { leg: 'leg-1', kind: 'sip' as const, data: '{}' },
    operator: 'ann',
    line,
  }
  async function ringing() {
    const here = bench()
    here.media.open(0, { endpoint: line.endpoint, kind: 'webrtc', owner: 'ann' })
    const dialled = await here.calls.dial(outgoing)
    if (!dialled.ok) throw new Error(dialled.code)
    await settled()
    const { call } = dialled
    await here.calls.report({ type: 'progress', leg: 'leg-1', call, earlyMedia: false })
    return { ...here, call }
  }

  it('causes nothing outside before it stands in the journal, with its operator', async () => {
    const { calls, journal, sip, media } = bench()
    const release = journal.hold()
    const dialled = calls.dial(outgoing)
    await settled()
    expect([sip.asked, media.commands, calls.list()]).toEqual([[], [], []])
    release()
    await dialled
    await settled()
    expect(journal.entries[0]).toMatchObject({
      input: { type: 'dialled', operator: 'ann' },
      state: { type: 'dialing', facts: { direction: 'out' } },
      writes: [{ type: 'take operator', operator: 'ann' }],
    })
    expect(sip.asked.map(one => one.type)).toEqual(['open', 'dial'])
  })

  it('rings back to its operator, and joins both when the far end answers', async () => {
    const { calls, media, call } = await ringing()
    expect(media.heard(0).get(line.endpoint)).toMatchObject({ items: [{ tone: 'ringback' }] })
    await calls.report({ type: 'answered', leg: 'leg-1', call })
    expect(media.heard(0).get(line.endpoint)).toEqual({ type: 'endpoint', endpoint: callerEnd(call) })
    expect(media.heard(0).get(callerEnd(call))).toEqual({ type: 'endpoint', endpoint: line.endpoint })
  })

  it('is refused when its operator has a call, and touches no leg', async () => {
    const { calls, journal, sip } = bench()
    journal.refused.add('ann')
    expect(await calls.dial(outgoing)).toEqual({ ok: false, code: 'operator.busy' })
    expect([calls.list(), sip.asked, journal.entries]).toEqual([[], [], []])
  })

  it('is refused while the gateway stops, and while the database is away', async () => {
    const { calls, journal } = bench()
    journal.isSpooling = true
    expect(await calls.dial(outgoing)).toEqual({ ok: false, code: 'gateway.database-away' })
    calls.refuseArrivals()
    expect(await calls.dial(outgoing)).toEqual({ ok: false, code: 'gateway.stopping' })
  })

  it('that its operator hung up is hung up at once, and an answer that comes too late finds nobody', async () => {
    const { calls, sip, call } = await ringing()
    expect(await calls.tell(call, { type: 'operator hung up', operator: 'ann' })).toBe('taken')
    await settled()
    expect([sip.hangUps('leg-1'), calls.list()]).toEqual([1, []])
    expect(await calls.report({ type: 'answered', leg: 'leg-1', call })).toBe('gone')
  })

  it('that nobody answers ends after a minute', async () => {
    const { calls, clock, journal, sip } = await ringing()
    await clock.advance(limits.dialMs)
    expect([sip.hangUps('leg-1'), calls.list()]).toEqual([1, []])
    expect(journal.entries.at(-1)?.state).toMatchObject({ ending: { reason: 'no-answer' } })
  })

  it('is over when its leg cannot be called', async () => {
    const { calls, journal, failures } = bench()
    await calls.dial({ ...outgoing, leg: { leg: 'leg-1', kind: 'stream', data: '{}' } })
    await settled()
    const call = calls.list()[0]!.facts
    const { worker, endpoint } = call.media
    await calls.tell(call.call, { type: 'media up', worker, endpoint, port: null })
    await settled()
    expect(calls.list()).toEqual([])
    expect(journal.entries.at(-1)?.state).toMatchObject({ ending: { reason: 'internal-error' } })
    expect(failures).toEqual(['dial caller'])
  })
})

/** States in which nothing is played to the far end: nobody has answered yet. */
const isSilent: ReadonlySet<CallState['type']> = new Set(['arriving', 'dialing'])

describe('a control that takes up what a former one left', () => {
  const names = Object.keys(createTestStates()) as CallState['type'][]
  const kinds = ['sip', 'stream'] as const
  const table = names
    .flatMap(name =>
      kinds.flatMap(kind =>
        [true, false].flatMap(media => [true, false].map(line => ({ name, kind, media, line }))),
      ),
    )
    // Streams call nobody.
    .filter(({ name, kind }) => name !== 'dialing' || kind === 'sip')

  async function takeUp(given: (typeof table)[number]) {
    const { name, kind } = given
    const journal = createTestJournal()
    const media = createTestMedia()
    const state = createTestStates(createTestFacts({ leg: { id: 'leg-1', kind } }))[name]
    const leg: LegRecord = { leg: 'leg-1', call: 'call-1', kind, data: '{}' }
    const input: CallInput = { type: 'arrived' }
    await journal.open({ call: 'call-1', sequence: 1, at: noon, input, state, writes: [] }, leg)
    const endpoint = callerEnd('call-1')
    const local = { address: '127.0.0.1', port: 40_000 }
    if (given.media)
      media.open(0, { endpoint, kind: kind === 'sip' ? 'rtp' : 'stream', call: 'call-1', local })
    if (given.line) media.open(0, { endpoint: 'line:ann:1', kind: 'webrtc', owner: 'ann' })
    const here = bench({ journal, media })
    const goOn = await here.calls.restore()
    await goOn(media.snapshots())
    await settled()
    return { ...here, driver: kind === 'sip' ? here.sip : here.stream, state }
  }

  test_each(
    'knows the leg before anything is asked of it: $name, $kind, media $media, line $line',
    async given => {
      const { driver } = await takeUp(given)
      expect(driver.asked[0]).toMatchObject({
        type: 'restore',
        answered: given.name !== 'arriving' && given.name !== 'dialing',
      })
    },
  )

  test_each('is in the right state: $name, $kind, media $media, line $line', async given => {
    const { calls, driver } = await takeUp(given)
    const after = calls.get('call-1')
    if (given.name === 'ended') {
      expect([after, driver.hangUps('leg-1')]).toEqual([undefined, 1])
      return
    }
    expect(after?.type).toBe(expectedType(given))
    // RTP is opened again by us at once; a stream is the carrier's to open.
    const isUp = given.media || (given.kind === 'sip' && given.name !== 'wrapping')
    if (given.name !== 'wrapping') expect(after?.facts.media.state === 'up').toBe(isUp)
    if (given.name === 'wrapping') expect(driver.hangUps('leg-1')).toBe(1)
  })

  test_each('everyone hears what they should: $name, $kind, media $media, line $line', async given => {
    const { calls, media } = await takeUp(given)
    const after = calls.get('call-1')
    const heard = media.heard(0)
    if (!after || after.type === 'wrapping') return expect(heard.has(callerEnd('call-1'))).toBe(false)
    if (after.facts.media.state !== 'up') return
    const source = heard.get(callerEnd('call-1'))
    if (after.type === 'connected') expect(source).toEqual({ type: 'endpoint', endpoint: 'line:ann:1' })
    else expect(source?.type).toBe(isSilent.has(after.type) ? 'nothing' : 'playlist')
  })

  test_each(
    'ends by itself at last, with one record: $name, $kind, media $media, line $line',
    async given => {
      const { calls, journal, clock, driver } = await takeUp(given)
      await clock.advance(3_600_000)
      const left = calls.get('call-1')
      if (left) {
        expect(['connected', 'held']).toContain(left.type)
        await calls.tell('call-1', inputs['leg ended'])
        await clock.advance(60_000)
      }
      expect(driver.hangUps('leg-1')).toBeGreaterThan(0)
      expect([calls.list(), clock.running()]).toEqual([[], 0])
      const records = journal.entries.flatMap(e => e.writes).filter(w => w.type === 'record')
      expect(records).toHaveLength(given.name === 'ended' || given.name === 'wrapping' ? 0 : 1)
    },
  )

  function test_each(title: string, run: (given: (typeof table)[number]) => Promise<unknown>) {
    it.each(table)(title, async given => void (await run(given)))
  }

  function expectedType({ name, kind, media, line }: (typeof table)[number]): CallState['type'] {
    if (name === 'arriving') return kind === 'stream' && media ? 'flow' : 'arriving'
    if (name === 'connected' || name === 'held') return line ? name : 'parked'
    return name
  }
})
