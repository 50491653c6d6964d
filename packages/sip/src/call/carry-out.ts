import type { TransactionId } from '../layer/ports.ts'
import { cseqOf } from '../message/headers.ts'
import type { CallEffect } from '../session/effects.ts'
import type { CallAgentPorts } from './agent.ts'
import type { Call } from './call.ts'

/** A call and what its messages need of the layer. */
export interface Carried {
  readonly key: string
  call: Call
  /** Our INVITEs by CSeq number. */
  readonly invites: Map<number, TransactionId>
}

const STEP = 10

/** RFC 3261 §14.1: a random time in steps of 10 ms. */
const between = (fromMs: number, toMs: number, random: number): number =>
  fromMs + Math.floor((random * (toMs - fromMs)) / STEP) * STEP

/** Does what an effect asks for. Gives the new client transaction of a request. */
export function carryOut(
  carried: Carried,
  effect: CallEffect,
  { layer, timers, random, flowTo, onEvent }: CallAgentPorts,
): TransactionId | undefined {
  const { key, invites } = carried
  switch (effect.type) {
    case 'send request': {
      const { request, branch } = effect
      const id = layer.request(request, flowTo(key, request), branch === undefined ? {} : { branch })
      if (request.method === 'INVITE') invites.set(cseqOf(request)?.number ?? 0, id)
      return id
    }
    case 'send ack': {
      const { request } = effect
      layer.acknowledge(invites.get(cseqOf(request)?.number ?? 0), request, flowTo(key, request))
      return undefined
    }
    case 'cancel': {
      const id = invites.get(effect.cseq)
      if (id !== undefined) layer.cancel(id, effect.headers)
      return undefined
    }
    case 'respond':
      layer.respond(effect.id, effect.response)
      return undefined
    case 'start timer':
      timers.start(`${key}#${effect.name}`, effect.ms)
      return undefined
    case 'start random timer':
      timers.start(`${key}#${effect.name}`, between(effect.fromMs, effect.toMs, random()))
      return undefined
    case 'stop timer':
      timers.stop(`${key}#${effect.name}`)
      return undefined
    case 'tell':
      onEvent(key, effect.event)
      return undefined
    case 'unexpected':
      return undefined
  }
}
