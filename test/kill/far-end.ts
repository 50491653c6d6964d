import type { CallEnd, CalledCall, SipCall } from '@ringdown/testkit'
import type { HeardPacket } from './marked-speech.ts'

/** The person outside, at whichever end of the call their telephone is. */
export type FarEnd = Pick<
  SipCall,
  'isOver' | 'answered' | 'ended' | 'statuses' | 'acknowledge' | 'hangUp'
> & { stream: { readonly received: readonly HeardPacket[] } }

type Ending = Awaited<CalledCall['ended']>

/** A telephone that was called, as one that calls. */
export function calledEnd(call: CalledCall): FarEnd {
  let isOver = false
  const ended = call.ended.then(ending => {
    isOver = true
    return endOf(ending)
  })
  return {
    stream: call.stream,
    answered: call.acknowledged,
    ended,
    statuses: [],
    acknowledge() {},
    get isOver() {
      return isOver
    },
    async hangUp() {
      if (!isOver) await call.hangUp()
      return ended
    },
  }
}

/** A call of ours that was over before it reached a telephone. */
export const nobodyRung = (stream: FarEnd['stream']): FarEnd => ({
  stream,
  isOver: true,
  statuses: [],
  answered: new Promise(() => {}),
  ended: Promise.resolve({ by: 'them' }),
  acknowledge() {},
  hangUp: async () => ({ by: 'them' }),
})

function endOf(ending: Ending): CallEnd {
  switch (ending.type) {
    case 'bye':
      return { by: ending.by === 'us' ? 'us' : 'them' }
    case 'refused':
      return { by: 'us' }
    case 'abandoned':
    case 'not answered':
      return { by: 'them' }
    case 'lost':
      return { by: 'silence' }
  }
}
