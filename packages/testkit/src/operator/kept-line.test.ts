import { expect, it } from 'vitest'
import { KeptLine, type LineEnd } from './kept-line.ts'

type TestEnd = LineEnd & { isClosed: boolean; connect(isUp: boolean): void; end(): void }

function createTestEnd(id: string): TestEnd {
  const connecting = Promise.withResolvers<boolean>()
  const ending = Promise.withResolvers<void>()
  return {
    id,
    stream: {} as LineEnd['stream'],
    connected: connecting.promise,
    ended: ending.promise,
    isClosed: false,
    offer: async () => `offer of ${id}`,
    accept: () => undefined,
    connect: connecting.resolve,
    end: ending.resolve,
    close() {
      this.isClosed = true
    },
  }
}

function bench() {
  const ends: TestEnd[] = []
  const asked: string[] = []
  const gateway = { refuses: 0 }
  const waits: { ms: number; over: () => void }[] = []
  const line = new KeptLine({
    async ask(_line, sdp) {
      asked.push(sdp)
      if (gateway.refuses-- > 0) throw new Error('no media worker is running')
      return 'answer'
    },
    createEnd() {
      const end = createTestEnd(String(ends.length + 1))
      ends.push(end)
      return end
    },
    wait: ms => new Promise<void>(resolve => void waits.push({ ms, over: resolve })),
  })
  const settle = () => new Promise(resolve => setImmediate(resolve))
  const isOpen = () => ends.map(end => !end.isClosed)
  return { line, ends, asked, gateway, waits, settle, isOpen }
}

async function standing() {
  const all = bench()
  await all.line.open()
  all.ends[0]!.connect(true)
  await all.settle()
  return all
}

it('asks again after a refusal, until it is answered', async () => {
  const { line, asked, gateway, waits, settle } = bench()
  gateway.refuses = 2
  const opened = line.open()
  for (const index of [0, 1]) {
    await settle()
    waits[index]!.over()
  }
  await opened
  expect([asked.length, line.id]).toEqual([3, '3'])
})

it.each(['connecting', 'up'])('is opened anew while %s, when the gateway does not know it', async state => {
  const { line, ends, settle, isOpen } = bench()
  await line.open()
  if (state === 'up') ends[0]!.connect(true)
  await settle()
  line.known(null)
  await settle()
  expect(isOpen()).toEqual([false, true])
})

it('is opened anew when this end of it broke', async () => {
  const { ends, settle, isOpen } = await standing()
  ends[0]!.end()
  await settle()
  expect(isOpen()).toEqual([false, true])
})

it('is opened anew when it does not connect in time, or fails to', async () => {
  for (const how of ['late', 'failed']) {
    const { line, ends, waits, settle, isOpen } = bench()
    await line.open()
    if (how === 'failed') ends[0]!.connect(false)
    else waits.find(({ ms }) => ms === 10_000)!.over()
    await settle()
    expect(isOpen()).toEqual([false, true])
  }
})

it('stays when the gateway names it, and when another line is lost', async () => {
  const { line, settle, isOpen } = await standing()
  line.known('1')
  line.lost('0')
  await settle()
  expect(isOpen()).toEqual([true])
})

it('waits for its answer, whichever older line the gateway names', async () => {
  const { line, isOpen } = bench()
  const opened = line.open()
  line.known('0')
  await opened
  expect(isOpen()).toEqual([true])
})

it('stays closed, whatever is still said of it', async () => {
  const { line, ends, settle, isOpen } = await standing()
  line.close()
  ends[0]!.end()
  line.known(null)
  line.lost('1')
  await settle()
  expect(isOpen()).toEqual([false])
})
