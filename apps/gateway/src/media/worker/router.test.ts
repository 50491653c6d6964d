import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { loadClips } from './clips.ts'
import { Clock } from './clock.ts'
import type { Endpoint } from './endpoint.ts'
import { type Format, Inlet } from './inlet.ts'
import { Router, TURN_MS } from './router.ts'
import { RtpOutlet } from './rtp-outlet.ts'
import { createTestPrompts } from './testing/create-test-worker.ts'

const format: Format = { codec: 'PCMU', clockRate: 8000, payloadType: 0, telephoneEvent: undefined }
const prompts = createTestPrompts()
const turnsOfASecond = 1000 / TURN_MS

function createTestEndpoint(id: string, everySecond: () => void): Endpoint {
  return {
    ...{ id, kind: 'rtp', call: null, owner: null, local: null, isConnected: true },
    inlet: new Inlet({ formats: [format], onDigit: () => {}, onCodec: () => {}, ignoresUnheard: false }),
    outlet: new RtpOutlet({ formats: [format], transmit: () => {} }),
    counts: () => ({ packetsSent: 0, foreignPackets: 0, silentForMs: null, lossAtPeerPercent: 0 }),
    everySecond,
    close: () => {},
  }
}

afterEach(() => rmSync(prompts, { recursive: true }))

describe('what endpoints do once a second', () => {
  it('is done once by each of them, and never by all in one turn', () => {
    const router = new Router({ clock: new Clock(() => 0), clips: loadClips(prompts), emit: () => {} })
    const done: string[] = []
    for (let i = 0; i < 2 * turnsOfASecond; i++) {
      const id = `e${i}`
      router.add(createTestEndpoint(id, () => done.push(id)))
    }
    const perTurn = Array.from({ length: turnsOfASecond }, (_, turn) => {
      const before = done.length
      router.takeTurn(turn * TURN_MS)
      return done.length - before
    })
    expect(perTurn).toEqual(Array(turnsOfASecond).fill(2))
    expect(new Set(done).size).toBe(2 * turnsOfASecond)
  })
})
