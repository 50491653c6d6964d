import type { SipMessage, SipRequest, SipResponse } from '../message/message.ts'
import { parseMessage } from '../message/parse.ts'
import { messageToText } from '../message/serialize.ts'
import { encodeUtf8 } from '../message/utf8.ts'
import { T1, T4, TIMEOUT } from '../transaction/timers.ts'
import { type InviteServerState, startTimer, type TransactionEffect } from '../transaction/transaction.ts'
import { type AnswerRepetition, startRepetition } from './answer-repetition.ts'
import type { Flow, TransactionId, TransactionSnapshot } from './ports.ts'
import { isReliable } from './via-routing.ts'

interface Living {
  readonly id: TransactionId
  readonly state: InviteServerState
  readonly flow: Flow
  readonly repetition?: AnswerRepetition | undefined
}

/** An INVITE server transaction as JSON; undefined once it is terminated. */
export function takeSnapshot({ id, state, flow, repetition }: Living): TransactionSnapshot | undefined {
  if (state.name === 'terminated') return undefined
  const response = 'last' in state ? state.last : repetition?.response
  return {
    version: 1,
    id,
    state: state.name,
    request: messageToText(state.request),
    ...(response === undefined ? {} : { response: messageToText(response) }),
    flow,
    awaitingAck: repetition?.acknowledged === false,
  }
}

export interface Restored extends Living {
  /** Timers to start; waiting times begin anew, which only makes them longer. */
  readonly effects: readonly TransactionEffect[]
}

function readText(text: string | undefined): SipMessage | undefined {
  if (text === undefined) return undefined
  const result = parseMessage(encodeUtf8(text), { transport: 'stream' })
  return result.ok ? result.message : undefined
}

/** The inverse of `takeSnapshot`; undefined for what is no snapshot of this version. */
export function readSnapshot(snapshot: TransactionSnapshot): Restored | undefined {
  const request = readText(snapshot.request)
  const response = readText(snapshot.response)
  if (snapshot.version !== 1 || request?.kind !== 'request' || response?.kind === 'request') return undefined
  const rebuilt = rebuild(snapshot, request, response)
  if (rebuilt === undefined) return undefined
  const repetition =
    snapshot.state === 'accepted' && response !== undefined
      ? { ...startRepetition(response), acknowledged: !snapshot.awaitingAck }
      : undefined
  return { id: snapshot.id, flow: snapshot.flow, repetition, ...rebuilt }
}

function rebuild(
  { state, flow }: TransactionSnapshot,
  request: SipRequest,
  last: SipResponse | undefined,
): Pick<Restored, 'state' | 'effects'> | undefined {
  const reliable = isReliable(flow)
  const base = { machine: 'INVITE server', reliable, request } as const
  switch (state) {
    case 'proceeding':
      return last && { state: { ...base, name: state, last }, effects: [] }
    case 'completed': {
      const timers = [...(reliable ? [] : [startTimer('G', T1)]), startTimer('H', TIMEOUT)]
      return last && { state: { ...base, name: state, last, interval: T1 }, effects: timers }
    }
    case 'confirmed':
      return { state: { ...base, name: state }, effects: [startTimer('I', reliable ? 0 : T4)] }
    case 'accepted':
      return last && { state: { ...base, name: state }, effects: [startTimer('L', TIMEOUT)] }
    default:
      return undefined
  }
}
