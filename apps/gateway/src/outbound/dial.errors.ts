import type { ErrorCode } from '@ringdown/contract'

export type DialRefusal = { ok: false; code: ErrorCode; message: string }

const messages = {
  'session.forbidden': 'Only owners and administrators may call out; ask one of them.',
  'operator.no-line': 'Your audio line is not open; allow the microphone, then call again.',
  'operator.busy': 'You have a call already, or one rings; end it first.',
  'trunk.none-calls-out': 'No trunk of your organization calls out; an administrator gives one a server.',
  'trunk.unknown': 'This trunk does not call out any more; choose another one.',
  'trunk.full': 'The trunk has as many calls as it may have; try again in a moment.',
  'number.malformed': 'This is no telephone number; write it with its country code, such as +1 202 555 0143.',
  'number.none-to-show': 'Your organization has no number that the call could show.',
  'gateway.stopping': 'The gateway is being stopped and begins no calls.',
  'gateway.database-away': 'The database is away; try again in a moment.',
} as const satisfies Partial<Record<ErrorCode, string>>

/** Each says what to do, and none holds what was dialled. */
export function dialError(code: keyof typeof messages): DialRefusal {
  return { ok: false, code, message: messages[code] }
}
