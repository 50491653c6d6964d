import { createResponse } from '../message/build.ts'
import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { parseMessage } from '../message/parse.ts'
import type { ParseFailure, ParseResult } from '../message/parse-result.ts'
import { type Capabilities, type Screening, screenRequest } from '../message/screen-request.ts'
import type { TortureMessage } from './notation.ts'

/** What a switchboard takes: calls with audio, registrations of desk phones. */
const SWITCHBOARD: Capabilities = {
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS', 'REGISTER', 'MESSAGE'],
  extensions: ['100rel', 'timer', 'replaces'],
  contentTypes: ['application/sdp', 'multipart/mixed', 'text/plain'],
  schemes: ['sip', 'sips', 'tel'],
}

const parse = (message: TortureMessage): ParseResult => parseMessage(message.bytes, { transport: 'datagram' })

function accepted(message: TortureMessage): SipMessage {
  const result = parse(message)
  if (!result.ok) throw new Error(`refused: ${result.reason} ${result.header ?? ''}`)
  return result.message
}

function refused(message: TortureMessage): ParseFailure {
  const result = parse(message)
  if (result.ok) throw new Error('accepted')
  return result
}

export interface Verdict {
  request(): SipRequest
  response(): SipResponse
  screening(): Screening
  refusal(): ParseFailure
  /** The answer to a refused request. */
  answer(): SipResponse
}

const verdictOf = (message: TortureMessage): Verdict => {
  const request = (): SipRequest => {
    const parsed = accepted(message)
    if (parsed.kind !== 'request') throw new Error('a response')
    return parsed
  }
  return {
    request,
    response: () => {
      const parsed = accepted(message)
      if (parsed.kind !== 'response') throw new Error('a request')
      return parsed
    },
    screening: () => screenRequest(request(), SWITCHBOARD),
    refusal: () => refused(message),
    answer: () => {
      const { salvage, status } = refused(message)
      if (salvage === undefined) throw new Error('nothing to answer')
      return createResponse(salvage, status, { toTag: 'ours' })
    },
  }
}

/** Defines the test of one message of a corpus with `test`, titled with RFC, section and the RFC's own title. */
export const judging =
  (test: (title: string, run: () => void) => unknown, corpus: readonly TortureMessage[]) =>
  (name: string, verdict: string, judge: (verdict: Verdict) => void): void => {
    const message = corpus.find(entry => entry.name === name)
    if (message === undefined) throw new Error(`no message ${name}`)
    test(`${message.section} ${message.title} (${name}): ${verdict}`, () => judge(verdictOf(message)))
  }
