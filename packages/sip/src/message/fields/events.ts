import { trimBlanks } from '../blanks.ts'
import { isToken, paramValue, parseNumber, parseParams } from '../grammar.ts'
import { header } from '../header-names.ts'
import type { Param, SipMessage } from '../message.ts'

/** A token followed by parameters. */
function tokenWithParams(text: string): { token: string; params: readonly Param[] } | undefined {
  const semicolon = text.indexOf(';')
  const token = trimBlanks(semicolon < 0 ? text : text.slice(0, semicolon))
  const params = semicolon < 0 ? [] : parseParams(text.slice(semicolon + 1))
  return params === undefined || !isToken(token) ? undefined : { token, params }
}

/** What a subscription is about (RFC 6665 §8.2.1). */
export interface EventPackage {
  /** Package and templates, compared byte by byte: `refer`, `message-summary`, `presence.winfo`. */
  readonly package: string
  readonly id?: string
}

/** The Event; undefined when absent or malformed. */
export function eventOf(message: SipMessage): EventPackage | undefined {
  const event = tokenWithParams(header(message, 'event') ?? '')
  if (event === undefined) return undefined
  const id = paramValue(event.params, 'id')
  return id === undefined ? { package: event.token } : { package: event.token, id }
}

/** How a subscription stands (RFC 6665 §8.2.3). */
export interface SubscriptionState {
  /** In lower case: `active`, `pending`, `terminated` or an extension. */
  readonly state: string
  /** Why it ended, in lower case: `noresource`, `timeout`, `rejected`, … */
  readonly reason?: string
  /** Seconds it still lives. */
  readonly expires?: number
  /** Seconds to wait before subscribing again. */
  readonly retryAfter?: number
}

/** The Subscription-State of a NOTIFY; undefined when absent or malformed. */
export function subscriptionStateOf(message: SipMessage): SubscriptionState | undefined {
  const found = tokenWithParams(header(message, 'subscription-state') ?? '')
  if (found === undefined) return undefined
  const seconds = (name: string) => parseNumber(paramValue(found.params, name) ?? '', 2 ** 32 - 1)
  const reason = paramValue(found.params, 'reason')?.toLowerCase()
  const expires = seconds('expires')
  const retryAfter = seconds('retry-after')
  return {
    state: found.token.toLowerCase(),
    ...(reason === undefined ? {} : { reason }),
    ...(expires === undefined ? {} : { expires }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  }
}
