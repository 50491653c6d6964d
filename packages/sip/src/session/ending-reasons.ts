import { paramValue, parseNumber, parseParams, unquote } from '../message/grammar.ts'
import { headerList } from '../message/headers.ts'
import type { SipMessage } from '../message/message.ts'

/** One value of a Reason header (RFC 3326): why a request or a call ended. */
export interface Reason {
  /** `SIP` or `Q.850`, as it was spelled. */
  readonly protocol: string
  readonly cause?: number
  readonly text?: string
}

/** How a call ended, in the words that people know. */
export type CallOutcome = 'busy' | 'no-answer' | 'failed' | 'canceled'

/** Who ended a call, and why. */
export type CallEnding =
  /** A call of ours that was not answered. `text` can be read by people and holds no address. */
  | {
      readonly type: 'not answered'
      readonly outcome: CallOutcome
      /** The SIP status; 0 where none came. */
      readonly status: number
      readonly text: string
      /** Q.850 cause, where the network gave one. */
      readonly cause?: number
    }
  /** The peer gave up a call to us, or we refused it. */
  | { readonly type: 'abandoned'; readonly by: 'peer'; readonly reasons: readonly Reason[] }
  | { readonly type: 'refused'; readonly by: 'us'; readonly status: number }
  /** A session that had been answered. */
  | { readonly type: 'bye'; readonly by: 'us' | 'peer'; readonly reasons: readonly Reason[] }
  /** `gone`: 481 or 408 inside the dialog. `expired`: no refresh came (RFC 4028). `no session`: an answer that never came. */
  | { readonly type: 'lost'; readonly cause: 'no ack' | 'gone' | 'expired' | 'no session' }

/** The Reason headers of a message. */
export function reasonsOf(message: SipMessage): Reason[] {
  return headerList(message, 'reason').flatMap(value => {
    const semicolon = value.indexOf(';')
    const protocol = (semicolon < 0 ? value : value.slice(0, semicolon)).trim()
    const params = semicolon < 0 ? [] : parseParams(value.slice(semicolon + 1))
    if (protocol === '' || params === undefined) return []
    const cause = parseNumber(paramValue(params, 'cause') ?? '', 999)
    const text = paramValue(params, 'text')
    return [
      {
        protocol,
        ...(cause === undefined ? {} : { cause }),
        ...(text === undefined ? {} : { text: unquote(text) }),
      },
    ]
  })
}

/** The Q.850 cause a message tells, if it does. */
export const q850Of = (message: SipMessage): number | undefined =>
  reasonsOf(message).find(({ protocol }) => protocol.toUpperCase() === 'Q.850')?.cause
