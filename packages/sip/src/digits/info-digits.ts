import { contentTypeOf } from '../message/headers.ts'
import type { SipRequest } from '../message/message.ts'
import { decodeUtf8 } from '../message/utf8.ts'

/** A key that was pressed. `flash` is the hook flash. */
export interface InfoDigit {
  readonly digit: string
  /** ms, 40 to 5000. */
  readonly duration: number
}

const DEFAULT_DURATION = 250
const NAMED: ReadonlyMap<string, string> = new Map([
  ['10', '*'],
  ['11', '#'],
  ['12', 'A'],
  ['13', 'B'],
  ['14', 'C'],
  ['15', 'D'],
  ['16', 'flash'],
  ['!', 'flash'],
])

const asDigit = (text: string): string | undefined =>
  /^[0-9A-D*#]$/i.test(text) ? text.toUpperCase() : NAMED.get(text)

const asDuration = (text: string | undefined): number =>
  text === undefined ? DEFAULT_DURATION : Math.min(5000, Math.max(40, Number(text)))

function fieldIn(body: string, name: string): string | undefined {
  return new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*([^ \\t\\r\\n]+)`, 'im').exec(body)?.[1]
}

/**
 * The digit in an INFO with `application/dtmf-relay` (Signal and Duration) or `application/dtmf` (the digit alone, or as
 * above), as the trade sends it beside RFC 6086; undefined when there is none.
 */
export function infoDigitOf(request: SipRequest): InfoDigit | undefined {
  const type = contentTypeOf(request)
  if (request.method !== 'INFO' || (type !== 'application/dtmf-relay' && type !== 'application/dtmf'))
    return undefined
  const body = decodeUtf8(request.body.subarray(0, 256))
  const signal = fieldIn(body, 'signal') ?? (type === 'application/dtmf' ? body.trim() : '')
  const digit = asDigit(signal)
  const duration = /^[0-9]{1,6}$/.exec(fieldIn(body, 'duration') ?? '')?.[0]
  return digit === undefined ? undefined : { digit, duration: asDuration(duration) }
}

/** The INFO that presses a key, for `send`. */
export const infoDigitOrder = ({ digit, duration }: InfoDigit) =>
  ({
    type: 'send',
    method: 'INFO',
    body: `Signal=${digit === 'flash' ? '16' : digit}\r\nDuration=${duration}\r\n`,
    contentType: 'application/dtmf-relay',
  }) as const
