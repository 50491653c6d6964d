import type { Session, SessionInput } from '../session/session.ts'
import type { CallInput } from './call.ts'

/** What an input of an answered call means for its session; undefined when nothing. */
export function asSessionInput(session: Session | undefined, input: CallInput): SessionInput | undefined {
  switch (input.type) {
    case 'hang up':
      return { type: 'bye', headers: input.headers ?? [] }
    // RFC 3261 §9.2: a re-INVITE can be cancelled too; a CANCEL that crossed our 2xx changes nothing.
    case 'cancelled':
      return session?.theirs?.id === input.id ? { type: 'refuse offer', status: 487 } : undefined
    case 'progress':
    case 'try':
    case 'move on':
      return undefined
    default:
      return input
  }
}
