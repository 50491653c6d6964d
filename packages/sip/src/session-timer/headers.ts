import { paramValue, parseNumber, parseParams } from '../message/grammar.ts'
import { header } from '../message/header-names.ts'
import type { SipMessage } from '../message/message.ts'

const MAX_SECONDS = 2 ** 31 - 1

/** Session-Expires (RFC 4028 §4). */
export interface SessionExpires {
  /** Seconds. */
  readonly interval: number
  readonly refresher?: 'uac' | 'uas'
}

function secondsIn(value: string | undefined): number | undefined {
  return parseNumber((value ?? '').split(';')[0]!.trim(), MAX_SECONDS)
}

/** Undefined when there is none or it is malformed. */
export function sessionExpiresOf(message: SipMessage): SessionExpires | undefined {
  const value = header(message, 'session-expires')
  const interval = secondsIn(value)
  if (value === undefined || interval === undefined) return undefined
  const semicolon = value.indexOf(';')
  const params = semicolon < 0 ? [] : (parseParams(value.slice(semicolon + 1)) ?? [])
  const refresher = paramValue(params, 'refresher')?.toLowerCase()
  return refresher === 'uac' || refresher === 'uas' ? { interval, refresher } : { interval }
}

/** Min-SE in seconds (RFC 4028 §5). */
export const minSeOf = (message: SipMessage): number | undefined => secondsIn(header(message, 'min-se'))
