import { expect, it } from 'vitest'
import type { CallInput, CallState } from '../calls/index.ts'
import { createTestStates } from '../calls/testing/create-test-states.ts'
import type { EndpointStats } from '../media/worker.port.ts'
import { createPresence } from './presence.usecases.ts'

const states = createTestStates()
const ann = { operator: 'ann', organization: 'org-1', role: 'operator' } as const
const stats = (silentForMs: number | null): EndpointStats => ({
  packetsReceived: 1,
  packetsSent: 1,
  lossPercent: 0,
  jitterMs: 0,
  silentForMs,
  level: null,
  foreignPackets: 0,
})

function bench(calls: CallState[], silentForMs: number | null = null, usesPhone = false) {
  const told: [string, CallInput][] = []
  const lineWas: string[] = []
  const page = { isOpen: false }
  let due: (() => void | Promise<void>) | undefined
  const end = { worker: 0, endpoint: 'line:ann:1' }
  const presence = createPresence({
    calls: {
      list: () => calls,
      async tell(call, input) {
        told.push([call, input])
        return 'taken'
      },
    },
    lines: {
      endOf: () => end,
      socketGone: () => void lineWas.push('gone'),
      socketBack: () => void lineWas.push('back'),
    } as unknown as Parameters<typeof createPresence>[0]['lines'],
    media: {
      command: async () => ({
        ok: true,
        type: 'snapshot',
        endpoints: [
          {
            endpoint: end.endpoint,
            kind: 'webrtc',
            call: null,
            owner: 'ann',
            local: null,
            connected: true,
            codec: 'PCMU',
            source: { type: 'nothing' },
            stats: stats(silentForMs),
          },
        ],
      }),
    },
    hasPage: () => page.isOpen,
    usesPhone: () => usesPhone,
    after: (_ms, then) => {
      due = then
    },
  })
  return {
    presence,
    told: () => told.map(([, input]) => input.type),
    lineWas,
    page,
    judge: async () => due?.(),
  }
}

it('parks a talk and stops ringing at once when the page was closed or reloaded', async () => {
  for (const [state, input] of [
    ['connected', 'operator away'],
    ['held', 'operator away'],
    ['dialing', 'operator away'],
    ['offered', 'offer withdrawn'],
  ] as const) {
    const { presence, told, lineWas } = bench([states[state]])
    presence.pageLeft(ann, 1001)
    await Promise.resolve()
    expect([told(), lineWas]).toEqual([[input], ['gone']])
  }
})

it('lets two people talk on when only the socket broke', async () => {
  const { presence, told, judge } = bench([states.connected], 20)
  presence.pageLeft(ann, 1006)
  expect(told()).toEqual([])
  await judge()
  expect(told()).toEqual([])
})

it('parks the talk when the socket broke and the audio with it', async () => {
  for (const silent of [null, 2_000]) {
    const { presence, told, judge } = bench([states.connected], silent)
    presence.pageLeft(ann, 1006)
    await judge()
    expect(told()).toEqual(['operator away'])
  }
})

it('does nothing when the page was back before it was judged', async () => {
  const { presence, told, page, judge } = bench([states.connected], null)
  presence.pageLeft(ann, 1006)
  page.isOpen = true
  presence.pageCame(ann)
  await judge()
  expect(told()).toEqual([])
})

it('lets go, after a restart, of those whose page does not come back', async () => {
  const { presence, told, judge } = bench([states.held, states.offered], 20)
  presence.restored()
  expect(told()).toEqual([])
  await judge()
  expect(new Set(told())).toEqual(new Set(['operator away', 'offer withdrawn']))
})

it('lets two people talk on whose page does not come back after a restart', async () => {
  const { presence, told, judge } = bench([states.connected], 20)
  presence.restored()
  await judge()
  expect(told()).toEqual([])
})

it('joins the operator again to what is theirs, and to nothing that only rings', async () => {
  const { presence, told } = bench([states.parked, states.offered, states.wrapping])
  await presence.lineReady('ann', { worker: 0, endpoint: 'line:ann:2' })
  expect(told()).toEqual(['operator back'])
})

it('minds neither page nor browser line of whoever answers with a desk phone', async () => {
  const { presence, told, judge } = bench([states.connected, states.offered], null, true)
  presence.pageLeft(ann, 1001)
  presence.restored()
  await judge()
  await presence.lineReady('ann', { worker: 0, endpoint: 'line:ann:2' })
  await presence.lineLost('ann')
  expect(told()).toEqual([])
})

it('leaves the calls of others alone', async () => {
  const { presence, told } = bench([states.connected, states.offered])
  await presence.lineLost('zoe')
  expect(told()).toEqual([])
})
