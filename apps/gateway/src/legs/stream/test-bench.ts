import type { LegId, LegRecord } from '../leg.port.ts'
import type { LegBench } from '../leg.suite.ts'
import {
  createTestCalls,
  createTestCarrier,
  createTestClock,
  createTestCounter,
  createTestMedia,
} from './doubles.ts'
import { createStreamDriver, type StreamLegs } from './index.ts'

const account = `AC${'1'.repeat(32)}`

/** The stream driver between doubles of everything around it, and a carrier's end of each call. */
export function createTestBench() {
  const clock = createTestClock()
  const media = createTestMedia()
  const carrier = createTestCarrier()
  const calls = createTestCalls()
  const counter = createTestCounter()
  const start = () =>
    createStreamDriver({
      calls: calls.port,
      media: media.port,
      carrier: carrier.carrier,
      clock,
      counter,
    })
  let own = start()
  const farEnds = new Map<LegId, 'ringing' | 'answered' | 'ended'>()
  let streams = 0
  carrier.whenHungUp(({ call }) => farEnds.set(`twilio-${call}`, 'ended'))

  async function arrive(): Promise<LegRecord> {
    const carrierCall = `CA${String(farEnds.size).padStart(32, '0')}`
    const leg = `twilio-${carrierCall}`
    const resumeUrl = 'https://ringdown.test/carriers/twilio/voice/resume'
    farEnds.set(leg, 'ringing')
    const data = own.legs.announce({
      leg,
      carrierCall: { carrier: 'twilio', account, call: carrierCall, resumeUrl },
    })
    const call = `call-of-${leg}`
    own.legs.journaled({ leg, call })
    return { leg, call, kind: 'stream', data }
  }

  /** A stream says `start` at a worker; resolves with its id. */
  async function startStream(given: {
    leg: LegId
    worker: number
    token: string | null
    account?: string
    call?: string
  }) {
    const stream = `MZ${streams++}`
    media.emit(
      {
        type: 'stream started',
        stream,
        carrier: 'twilio',
        carrierCall: given.call ?? given.leg.replace('twilio-', ''),
        carrierAccount: given.account ?? account,
        token: given.token,
      },
      given.worker,
    )
    await settle()
    return stream
  }

  async function bringAudio(leg: LegId): Promise<void> {
    const told = await own.legs.firstInstructions(leg)
    if (told.type !== 'stream') return
    farEnds.set(leg, 'answered')
    await startStream({ leg, ...told })
  }

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }

  const bench: LegBench = {
    driver: () => own.driver,
    arrive,
    told: () => calls.told,
    closeCall: calls.closeCall,
    async restart() {
      media.disconnect()
      own = start()
      for (const worker of [0, 1]) media.announce(worker)
    },
    farEnd: {
      bringAudio,
      async hangUp(leg) {
        farEnds.set(leg, 'ended')
        await own.legs.carrierEnded(leg, 'far end hung up')
      },
      state: leg => farEnds.get(leg) ?? 'ended',
    },
    settle,
    close: async () => undefined,
  }
  return { ...bench, legs: (): StreamLegs => own.legs, startStream, clock, media, carrier, calls, counter }
}
