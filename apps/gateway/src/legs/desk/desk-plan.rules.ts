import type { AudioPolicy } from '../sip/audio.ts'
import type { OutgoingPlan } from '../sip/outgoing/outgoing.port.ts'
import type { Reach } from '../sip/registrar/registrar.port.ts'

export type DeskPlanOrder = {
  reach: Reach
  /** Shown as who calls. */
  title: string
  /** Our address towards the telephone. */
  host: string
  audio: AudioPolicy
  ringLimitMs: number
  /** Unguessable: letters and digits. */
  newToken(): string
  /** Decimal digits. */
  sessionId: string
}

/** Who calls an operator's telephone: the switchboard, in the name of a queue. The caller's number is nowhere in it. */
const switchboard = 'ringdown'

/** A call to one contact of a desk phone, over the connection that it registered by (RFC 3261 §10.2.1, RFC 5626 §5.3). */
export function deskPlanOf(order: DeskPlanOrder): OutgoingPlan {
  const { reach, title, host, audio, ringLimitMs, newToken, sessionId } = order
  const ours = host.includes(':') ? `[${host}]` : host
  return {
    version: 1,
    targets: [{ uri: reach.uri, routes: [], credentialsFor: null }],
    from: `${quoted(title)} <sip:${switchboard}@${ours}>`,
    to: `<${reach.uri}>`,
    contactUser: switchboard,
    headers: [],
    audio,
    sessionId,
    callId: newToken(),
    localTag: newToken(),
    branch: newToken(),
    trunk: null,
    flow: reach.flow,
    ringLimitMs,
    redirects: 0,
  }
}

/** RFC 3261 §25.1 quoted-string, in one line. */
function quoted(text: string): string {
  const line = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
  return `"${line.replace(/[\\"]/g, found => `\\${found}`)}"`
}
