import type { SipMessage, SipResponse } from '@ringdown/sip'
import { cseqOf, isSuccess } from '@ringdown/sip'
import type { LegId, LegRecord } from '../leg.port.ts'
import { type LegBench, legSuite } from '../leg.suite.ts'
import { createTestBench } from './test-bench.ts'
import type { TestCall } from './test-call.ts'
import type { Transport } from './test-phone.ts'

type FarEnd = { call: TestCall; state: 'ringing' | 'answered' | 'ended' }

/** A telephone that does what telephones do by themselves: it acknowledges answers and lets itself be hung up. */
async function createLegBench(transport: Transport): Promise<LegBench> {
  const bench = await createTestBench({ transport })
  const farEnds = new Map<LegId, FarEnd>()

  bench.phone.onMessage = message => {
    const farEnd = [...farEnds.values()].find(({ call }) => call.owns(message))
    if (farEnd) behave(farEnd, message)
  }

  function behave(farEnd: FarEnd, message: SipMessage): void {
    if (message.kind === 'request') {
      if (message.method === 'BYE') farEnd.state = 'ended'
      void bench.phone.answer(message, 200)
    } else if (message.status >= 200 && cseqOf(message)?.method === 'INVITE') {
      farEnd.state = isSuccess(message) && farEnd.state !== 'ended' ? 'answered' : 'ended'
      void farEnd.call.ack(message as SipResponse)
    }
  }

  return {
    driver: bench.driver,
    async arrive(): Promise<LegRecord> {
      const call = bench.call()
      await call.invite()
      await bench.settle()
      const { leg } = bench.calls.arrivals.at(-1)!
      farEnds.set(leg.leg, { call, state: 'ringing' })
      return { ...leg, call: `call-${bench.calls.arrivals.length}` }
    },
    told: () => bench.calls.told,
    closeCall: bench.calls.closeCall,
    async restart() {
      await bench.kill()
      await bench.listen()
      bench.media.announce()
    },
    farEnd: {
      bringAudio: async () => undefined,
      async hangUp(leg) {
        const farEnd = farEnds.get(leg)!
        if (farEnd.state === 'ringing') await farEnd.call.cancel()
        else await farEnd.call.request('BYE')
        farEnd.state = 'ended'
      },
      state: leg => farEnds.get(leg)?.state ?? 'ended',
    },
    settle: bench.settle,
    close: bench.close,
  }
}

legSuite('legs/sip over UDP', () => createLegBench('udp'))
legSuite('legs/sip over TCP', () => createLegBench('tcp'))
