import { limits } from '../limits.rules.ts'
import type { Clock } from '../sip.port.ts'
import { transportLimits } from './transport-limits.rules.ts'

const { pingEveryMs, pongMs } = transportLimits

/**
 * Keeps a connection that we opened open through firewalls, as long as messages go over it now and then, and notices when it is
 * dead (RFC 5626 §4.4.1). A peer that never answered a ping does not have to.
 */
export function keepAlive(clock: Clock, { ping, destroy }: { ping(): void; destroy(): void }) {
  let usedAt = clock.now()
  let isAnswered = true
  let answersPings = false
  let stop = clock.after(pingEveryMs, round)

  function round(): void {
    if (clock.now() - usedAt >= limits.tcpIdleMs) {
      destroy()
      return
    }
    isAnswered = false
    stop = clock.after(pongMs, judge)
    ping()
  }

  function judge(): void {
    if (answersPings && !isAnswered) destroy()
    else stop = clock.after(pingEveryMs - pongMs, round)
  }

  return {
    /** We sent a message. */
    said(): void {
      usedAt = clock.now()
    },
    /** A message came: whoever sends needs no ping to show that it is there. */
    heard(): void {
      usedAt = clock.now()
      isAnswered = true
    },
    pong(): void {
      isAnswered = true
      answersPings = true
    },
    stop: () => stop(),
  }
}
