import type { CallEnd, TwilioCall, TwilioCallEnd, TwilioStandIn } from '@ringdown/testkit'
import type { FarEnd } from './far-end.ts'
import type { CallingPhone, CallOrder } from './lane.ts'

type Line = { url: string; twilio: TwilioStandIn; accountSid: string; close: () => Promise<unknown> }

/** Every address that Twilio is given here is asked until it answers. */
const untilAnswered = '#rc=5&rp=all'

/** A telephone whose calls come through Twilio. */
export class TwilioPhone implements CallingPhone {
  readonly #line: Line
  #last: TwilioCall | undefined

  constructor(line: Line) {
    this.#line = line
  }

  /** With `withholdsAck`, Twilio has its instructions and does not open the stream until `acknowledge`. */
  async call({ to, from, says, loop, withholdsAck = false }: CallOrder): Promise<FarEnd> {
    const { url, twilio, accountSid } = this.#line
    const { promise: connectsWhen, resolve: connect } = Promise.withResolvers<void>()
    if (!withholdsAck) connect()
    const placedAt = performance.now()
    const call = twilio.call({
      voiceUrl: `${url}/carriers/twilio/voice${untilAnswered}`,
      statusUrl: `${url}/carriers/twilio/voice/status${untilAnswered}`,
      audio: says,
      to,
      from,
      loop,
      accountSid,
      connectsWhen,
    })
    this.#last = call
    return farEndOf({ call, placedAt, connect })
  }

  /** How many streams the last call has had. */
  get streams(): number {
    return this.#last?.log.of('stream started').length ?? 0
  }

  /** The stream of the last call breaks. */
  dropStream(how: { unnoticed: boolean }): void {
    this.#last?.dropStream(how)
  }

  close(): Promise<unknown> {
    return this.#line.close()
  }
}

/** What a telephone would see of it. */
function farEndOf(order: { call: TwilioCall; placedAt: number; connect: () => void }): FarEnd {
  const { call, placedAt, connect } = order
  const statuses: number[] = []
  void call.waitFor('answered').then(({ status }) => statuses.push(status))
  const ended = call.ended.then(end => endOf(end, call))
  return {
    statuses,
    ended,
    answered: call.waitFor('stream started').then(() => undefined),
    stream: {
      get received() {
        return call.log.of('media').map(({ at, payload }) => ({ at: placedAt + at, payload }))
      },
    },
    acknowledge: connect,
    get isOver() {
      return call.isOver()
    },
    async hangUp() {
      call.hangUp()
      connect()
      return ended
    },
  }
}

function endOf({ by }: TwilioCallEnd, call: TwilioCall): CallEnd {
  if (by === 'caller') return { by: 'us' }
  if (by === 'error') return { by: 'silence' }
  return call.log.of('stream started').length === 0 ? { by: 'refusal', status: 503 } : { by: 'them' }
}
