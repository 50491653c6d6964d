import { unquote } from '../grammar.ts'
import { headerList } from '../headers.ts'
import type { SipMessage } from '../message.ts'

/** What an element adds to a status (RFC 3261 §20.43). */
export interface Warning {
  /** 300 to 399. */
  readonly code: number
  /** Host or pseudonym of whom it comes from. */
  readonly agent: string
  readonly text: string
}

const WARNING = /^(3\d\d)[ \t]+([^ \t"]+)[ \t]+(".*")$/s

/** The Warnings in order; malformed ones are left out. */
export const warningsOf = (message: SipMessage): Warning[] =>
  headerList(message, 'warning').flatMap(value => {
    const [, code, agent = '', text = ''] = WARNING.exec(value) ?? []
    return code === undefined ? [] : [{ code: Number(code), agent, text: unquote(text) }]
  })
