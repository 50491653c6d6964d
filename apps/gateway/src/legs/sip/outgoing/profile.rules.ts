import type { Flow, SessionProfile } from '@ringdown/sip'
import { limits } from '../limits.rules.ts'

/** What we take in calls of ours, and what we know (RFC 3261 §20.5, §20.37). A REFER is understood, and declined. */
const methods = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE']
const extensions = ['100rel', 'timer']

/** What we say of ourselves in a call of ours, towards this flow. */
export function profileOf(user: string, flow: Flow, own: { host: string; port: number }): SessionProfile {
  // RFC 7118 §5.2: `ws` stands for both.
  const named = flow.transport === 'wss' ? 'ws' : flow.transport
  const transport = named === 'udp' ? '' : `;transport=${named}`
  const host = own.host.includes(':') ? `[${own.host}]` : own.host
  return {
    contact: `<sip:${user}@${host}:${own.port}${transport}>`,
    methods,
    extensions,
    timer: limits.sessionTimer,
  }
}
