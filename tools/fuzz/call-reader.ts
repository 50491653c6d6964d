import {
  answerAudio,
  type CallAgent,
  type CallEvent,
  createCallAgent,
  createResponse,
  createTransactionLayer,
  type Flow,
  type LayerEvent,
  type LocalAudio,
  offerAudio,
  parseMessage,
  parseSdp,
  SESSION_EXTENSIONS,
  SESSION_METHODS,
  serializeSdp,
  type TransactionLayer,
} from '@ringdown/sip'
import { createTestClock } from '@ringdown/testkit'
import type { Reader } from './reader.ts'

const FLOW: Flow = { transport: 'udp', address: '192.0.2.9', port: 5060 }
const LOCAL: LocalAudio = {
  codecs: ['PCMU', 'PCMA'],
  address: '192.0.2.1',
  port: 40_000,
  sessionId: '1',
  sessionVersion: 1,
}
const PROFILE = { contact: 'sip:192.0.2.1', methods: SESSION_METHODS, extensions: SESSION_EXTENSIONS }
/** Behind 64*T1 and Timer C, ms: whatever has to end has ended. */
const LONG_AFTER = 400_000

type End = { layer: TransactionLayer; agent: CallAgent; hangUpAll(): void; wait(): void }

/** A user agent that takes every call, on a clock of its own. */
function createEnd(): End {
  const clock = createTestClock()
  const timersOf = (owner: string, fire: (timer: string) => void) => ({
    start: (timer: string, ms: number) => clock.start(`${owner} ${timer}`, ms, () => fire(timer)),
    stop: (timer: string) => clock.stop(`${owner} ${timer}`),
  })
  const keys = new Set<string>()
  let tokens = 0
  const newToken = () => `token${++tokens}`
  const layer = createTransactionLayer({
    send: () => undefined,
    timers: timersOf('layer', timer => layer.timerFired(timer)),
    newToken,
    sentBy: () => ({ host: '192.0.2.1' }),
    onEvent: react,
  })
  const agent = createCallAgent({
    layer,
    timers: timersOf('agent', timer => agent.timerFired(timer)),
    random: () => 0.5,
    flowTo: () => FLOW,
    onEvent: (key, event) => answerCall({ layer, agent }, key, event),
  })

  function react(event: LayerEvent): void {
    if (agent.take(event) || event.type !== 'request') return
    const { id, request } = event
    const key = newToken()
    if (request.method !== 'INVITE') layer.respond(id, createResponse(request, 481, { toTag: key }))
    else if (agent.accept(key, { id, request, profile: PROFILE, localTag: newToken(), rseq: 1 }))
      keys.add(key)
  }

  return {
    layer,
    agent,
    hangUpAll: () => {
      for (const key of keys) agent.give(key, { type: 'hang up' })
    },
    wait: () => clock.advance(LONG_AFTER),
  }
}

function answerCall({ layer, agent }: Pick<End, 'layer' | 'agent'>, key: string, event: CallEvent): void {
  if (event.type === 'request') layer.respond(event.id, createResponse(event.request, 200))
  if (event.type === 'offer wanted') agent.give(key, { type: 'offer', sdp: serializeSdp(offerAudio(LOCAL)) })
  if (event.type !== 'offer') return
  const offer = parseSdp(event.sdp)
  const answer = offer.ok ? answerAudio(offer.session, LOCAL) : offer
  if (answer.ok) agent.give(key, { type: 'answer', sdp: serializeSdp(answer.answer) })
  else agent.give(key, { type: 'refuse offer', status: 488 })
}

/** Transactions, dialogs and calls take everything, and nothing of it is left once all have hung up and time has passed. */
function readCalls(inputs: readonly Uint8Array[]): void {
  const end = createEnd()
  for (const bytes of inputs) {
    const result = parseMessage(bytes, { transport: 'datagram' })
    if (result.ok) end.layer.receive(result.message, FLOW)
    else if (result.salvage !== undefined) end.layer.refuse(result.salvage, result.status, FLOW)
  }
  end.hangUpAll()
  end.wait()
  if (end.agent.size > 0) throw new Error(`${end.agent.size} calls are left`)
  const { active } = end.layer.stats()
  if (active > 0) throw new Error(`${active} transactions are left`)
}

export const CALL_READER: Reader = { kinds: ['sip'], name: 'transactions and calls', read: readCalls }
