import { beforeEach, describe, expect, test } from 'vitest'
import type { LegRecord } from '../leg.port.ts'
import { legSuite } from '../leg.suite.ts'
import { createTestBench } from './test-bench.ts'

legSuite('legs/stream', async () => createTestBench())

const path = { endpoint: 'caller-1', worker: 0 }

describe('a stream leg', () => {
  let bench: ReturnType<typeof createTestBench>
  let record: LegRecord
  beforeEach(async () => {
    bench = createTestBench()
    record = await bench.arrive()
  })
  const open = () => bench.driver().openMedia({ leg: record.leg, call: record.call, ...path })
  const first = async () => streamOf(await bench.legs().firstInstructions(record.leg))
  const resume = async () => bench.legs().resumeInstructions(record.leg)
  const comeBack = async () => {
    const { token, worker } = streamOf(await resume())
    await start(token, { worker })
  }
  const start = (token: string | null, more: { worker?: number; account?: string; call?: string } = {}) =>
    bench.startStream({ leg: record.leg, worker: 0, token, ...more })
  const up = async () => {
    await open()
    const { token } = await first()
    await start(token)
    return token
  }
  const commands = (type: string) => bench.media.commands.filter(c => c.command.type === type)
  const reported = (type: string) => bench.told().filter(event => event.type === type)

  test('waits with its first instructions until the call asks for audio', async () => {
    const told = bench.legs().firstInstructions(record.leg)
    await bench.settle()
    await open()
    expect(await told).toMatchObject({ type: 'stream', worker: 0 })
  })

  test('finds a worker by itself when none was up as the call came in', async () => {
    const told = bench.legs().firstInstructions(record.leg)
    await bench.settle()
    bench.clock.advance(2_000)
    expect(await told).toMatchObject({ type: 'stream', worker: 0 })
  })

  test('says "later" when no worker is up', async () => {
    bench.media.crash(0)
    bench.media.crash(1)
    const told = bench.legs().firstInstructions(record.leg)
    await bench.settle()
    bench.clock.advance(2_000)
    expect(await told).toEqual({ type: 'later' })
  })

  test('tells a repeated webhook the same token', async () => {
    await open()
    expect(await first()).toEqual(await first())
  })

  test('keeps only a hash of the token in the journal', async () => {
    await open()
    const { token } = await first()
    expect(record.data).not.toContain(token.split('.').at(-1))
  })

  test('binds a stream with the right token and reports media up', async () => {
    await up()
    expect(commands('accept stream')).toHaveLength(1)
    expect(reported('media up')).toEqual([
      { type: 'media up', leg: record.leg, call: record.call, media: { ...path, local: null } },
    ])
  })

  const badStarts: { what: string; begin(): Promise<unknown> }[] = [
    { what: 'no token', begin: () => open().then(() => start(null)) },
    { what: 'a token of no leg', begin: () => open().then(() => start('nonsense')) },
    {
      what: 'a made-up token of this leg',
      begin: () => open().then(() => start(`${record.leg}.${'A'.repeat(43)}`)),
    },
    { what: 'a token that was used', begin: async () => start(await up()) },
    {
      what: 'an expired token',
      begin: async () => {
        await open()
        const { token } = await first()
        bench.clock.advance(60_000)
        await start(token)
      },
    },
    {
      what: "another call's token",
      begin: async () => {
        const other = await bench.arrive()
        await bench.driver().openMedia({ leg: other.leg, call: other.call, worker: 0, endpoint: 'caller-2' })
        const { token } = streamOf(await bench.legs().firstInstructions(other.leg))
        await start(token)
      },
    },
    {
      what: 'the account of someone else',
      begin: async () => {
        await open()
        await start((await first()).token, { account: `AC${'9'.repeat(32)}` })
      },
    },
    {
      what: 'a worker that was not named',
      begin: async () => {
        await open()
        await start((await first()).token, { worker: 1 })
      },
    },
    {
      what: 'a token from before the stream was asked for again',
      begin: async () => {
        await open()
        const { token } = await first()
        bench.clock.advance(1_000)
        await resume()
        await start(token)
      },
    },
    {
      what: 'a token of a call that is over',
      begin: async () => {
        await open()
        const { token } = await first()
        await bench.farEnd.hangUp(record.leg)
        await start(token)
      },
    },
  ]
  test.each(badStarts)('refuses and counts a stream with $what', async ({ begin }) => {
    await begin()
    expect(commands('refuse stream')).toHaveLength(1)
    expect(bench.counter.of('stream refused')).toBe(1)
  })

  test('a refused stranger does not spoil the token of the real stream', async () => {
    await open()
    const { token } = await first()
    await start(`${record.leg}.${'A'.repeat(43)}`)
    await start(token)
    expect(reported('media up')).toHaveLength(1)
  })

  test('upon a lost stream, it reports media lost, and a stream that comes back is the same leg', async () => {
    await up()
    bench.media.emit({ type: 'lost', ...path, reason: 'closed' }, 0)
    const again = streamOf(await resume())
    await start(again.token, { worker: again.worker })
    expect(bench.told().map(event => event.type)).toEqual(['media up', 'media lost', 'media up'])
    expect(bench.carrier.orders).toEqual([])
  })

  test('a carrier that does not come back by itself is asked to, once', async () => {
    await up()
    bench.media.emit({ type: 'lost', ...path, reason: 'closed' }, 0)
    bench.clock.advance(1_500)
    await bench.settle()
    expect(bench.carrier.orders).toEqual([{ order: 'resume', call: record.leg.replace('twilio-', '') }])
    await comeBack()
    expect(bench.clock.pending()).toBe(0)
  })

  test('a carrier that could not be asked is asked again, until it comes', async () => {
    await up()
    bench.carrier.answerWith('failed')
    bench.media.emit({ type: 'lost', ...path, reason: 'closed' }, 0)
    for (const ms of [1_500, 5_000, 5_000]) {
      bench.clock.advance(ms)
      await bench.settle()
    }
    expect(bench.carrier.orders.map(o => o.order)).toEqual(['resume', 'resume', 'resume'])
    await comeBack()
    expect(bench.clock.pending()).toBe(0)
  })

  test('a carrier that was told to open a stream and does not is asked to come back, and told anew', async () => {
    await open()
    await first()
    bench.carrier.answerWith('failed')
    bench.clock.advance(6_000)
    await bench.settle()
    bench.carrier.answerWith('done')
    bench.clock.advance(5_000)
    await bench.settle()
    expect(bench.carrier.orders.map(o => o.order)).toEqual(['resume', 'resume'])
    await comeBack()
    expect(bench.told().map(event => event.type)).toEqual(['media up'])
    expect(bench.clock.pending()).toBe(0)
  })

  test('a carrier that came back in time is not asked', async () => {
    await up()
    bench.media.emit({ type: 'lost', ...path, reason: 'closed' }, 0)
    await comeBack()
    bench.clock.advance(60_000)
    await bench.settle()
    expect(bench.carrier.orders).toEqual([])
  })

  test('when the carrier says that the call is gone, the leg has ended', async () => {
    await up()
    bench.carrier.answerWith('gone')
    bench.media.emit({ type: 'lost', ...path, reason: 'closed' }, 0)
    bench.clock.advance(1_500)
    await bench.settle()
    expect(reported('ended')).toMatchObject([{ cause: 'carrier ended' }])
  })

  test('a carrier that resumes while the old stream looks alive gets a new one, and the old is closed', async () => {
    await up()
    const again = streamOf(await resume())
    await start(again.token, { worker: again.worker })
    expect(commands('close')).toEqual([{ worker: 0, command: { type: 'close', endpoint: 'caller-1' } }])
    expect(bench.told().map(event => event.type)).toEqual(['media up', 'media lost', 'media up'])
  })

  test('when a worker dies, the stream comes back at another one', async () => {
    await up()
    bench.media.crash(0)
    const again = streamOf(await resume())
    expect(again.worker).toBe(1)
    await start(again.token, { worker: 1 })
    expect(reported('media up').at(-1)).toMatchObject({ media: { worker: 1, endpoint: 'caller-1' } })
  })

  test('an endpoint of the same name at another worker is not this one', async () => {
    await up()
    bench.media.emit({ type: 'lost', endpoint: 'caller-1', reason: 'elsewhere' }, 1)
    await bench.settle()
    expect(reported('media lost')).toEqual([])
  })

  test('a worker that came back without the stream has lost it', async () => {
    await up()
    bench.media.lose(0)
    bench.media.announce(0)
    await bench.settle()
    expect(reported('media lost')).toHaveLength(1)
  })

  test('while no worker is up, the carrier is told to ask again', async () => {
    await up()
    bench.media.crash(0)
    bench.media.crash(1)
    expect(await resume()).toEqual({ type: 'later' })
  })

  test('after three tries in vain, the caller gets an apology and the leg has ended', async () => {
    await up()
    const told = []
    for (let round = 0; round < 4; round++) {
      told.push((await resume()).type)
      bench.clock.advance(1_000)
    }
    await bench.settle()
    expect(told).toEqual(['stream', 'stream', 'stream', 'apologize'])
    expect(reported('ended')).toMatchObject([{ cause: 'stream never came' }])
    expect(await resume()).toEqual({ type: 'over' })
  })

  test('a stream that fails at once is tried again after a moment, and the moment is no try', async () => {
    await up()
    const told = []
    for (let round = 0; round < 6; round++) told.push((await resume()).type)
    expect(told).toEqual(['stream', 'later', 'stream', 'later', 'stream', 'apologize'])
  })

  test('asking while no worker is up uses up no try', async () => {
    await up()
    bench.media.crash(0)
    bench.media.crash(1)
    for (let round = 0; round < 10; round++) expect(await resume()).toEqual({ type: 'later' })
  })

  test('a stream that held for a while earns three new tries', async () => {
    await up()
    for (let round = 0; round < 6; round++) {
      const again = streamOf(await resume())
      await start(again.token, { worker: again.worker })
      bench.clock.advance(10_000)
    }
    expect(reported('ended')).toEqual([])
  })

  test('after a restart, the first token is still good, once', async () => {
    await open()
    const { token } = await first()
    await bench.restart()
    bench.driver().restore(record)
    await open()
    await start(token)
    await start(token)
    expect(reported('media up')).toHaveLength(1)
    expect(commands('refuse stream')).toHaveLength(1)
  })

  test('after a restart, a used token stays used', async () => {
    const token = await up()
    await bench.restart()
    bench.driver().restore(record)
    await start(token)
    expect(commands('refuse stream')).toHaveLength(1)
    bench.media.emit({ type: 'lost', ...path, reason: 'closed' }, 0)
    await start(token)
    expect(commands('refuse stream')).toHaveLength(2)
  })

  test('after a restart without the stream, the carrier is asked to come back', async () => {
    await up()
    bench.media.lose(0)
    await bench.restart()
    bench.driver().restore(record)
    bench.clock.advance(5_000)
    expect(bench.carrier.orders.map(o => o.order)).toEqual(['resume'])
  })

  test('after a restart with the stream, the carrier is left alone', async () => {
    await up()
    await bench.restart()
    bench.driver().restore(record)
    bench.clock.advance(60_000)
    expect(bench.carrier.orders).toEqual([])
  })

  test('an end that the carrier reported before the leg was restored is not lost', async () => {
    await up()
    await bench.restart()
    await bench.farEnd.hangUp(record.leg)
    bench.driver().restore(record)
    await bench.settle()
    expect(reported('ended')).toMatchObject([{ cause: 'far end hung up' }])
  })

  test('a leg is known as over for a while', async () => {
    await bench.farEnd.hangUp(record.leg)
    expect(bench.legs().standing(record.leg)).toBe('over')
    expect(bench.legs().standing('twilio-other')).toBe('unknown')
  })

  test.each([
    { reason: 'media-lost', order: 'apologize' },
    { reason: 'shutdown', order: 'apologize' },
    { reason: 'hung-up-by-operator', order: 'hang up' },
    { reason: 'wait-limit', order: 'hang up' },
  ] as const)('an ending because of $reason is told to the carrier as: $order', async ({ reason, order }) => {
    await up()
    await bench.driver().hangUp({ leg: record.leg, ending: { result: 'internal', reason } })
    expect(bench.carrier.orders.map(o => o.order)).toEqual([order])
  })
})

function streamOf(told: { type: string }): { worker: number; token: string } {
  expect(told.type).toBe('stream')
  return told as { type: string; worker: number; token: string }
}
