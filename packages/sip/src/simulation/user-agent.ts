import { type CallAgent, createCallAgent } from '../call/agent.ts'
import { nextHop } from '../dialog/in-dialog-request.ts'
import type { LayerEvent, TransactionLayer } from '../layer/ports.ts'
import { createTransactionLayer } from '../layer/transaction-layer.ts'
import { createResponse } from '../message/build.ts'
import { parseUri } from '../message/uri.ts'
import type { CallEvent } from '../session/events.ts'
import { SESSION_EXTENSIONS, SESSION_METHODS, type SessionProfile } from '../session/profile.ts'
import type { LossyNetwork } from './lossy-network.ts'
import type { Scheduler } from './scheduler.ts'

export interface UserAgent {
  readonly address: string
  readonly layer: TransactionLayer
  readonly agent: CallAgent
  readonly profile: SessionProfile
}

export interface UserAgentOptions {
  readonly address: string
  readonly network: LossyNetwork
  readonly scheduler: Scheduler
  readonly random: () => number
  readonly onEvent: (ua: UserAgent, key: string, event: CallEvent) => void
  /** Seconds; none without. */
  readonly sessionInterval?: number
}

const hostOf = (uri: string): string => {
  const parsed = parseUri(uri)
  return parsed?.scheme === 'sip' ? parsed.host : ''
}

/** A whole user agent on the simulated network. A new call's key is its Call-ID. */
export function createUserAgent(options: UserAgentOptions): UserAgent {
  const { address, network, scheduler, random, onEvent, sessionInterval } = options
  let tokens = 0
  const newToken = (): string => `${address.replaceAll('.', 'x')}t${++tokens}`
  const profile: SessionProfile = {
    contact: `sip:${address}`,
    methods: SESSION_METHODS,
    extensions: SESSION_EXTENSIONS,
    ...(sessionInterval === undefined ? {} : { timer: { interval: sessionInterval, minSe: 90 } }),
  }
  const layer = createTransactionLayer({
    send: (message, flow) => network.send(message, { from: address, to: flow.address }),
    timers: scheduler.timers(`layer ${address}`, timer => layer.timerFired(timer)),
    newToken,
    sentBy: () => ({ host: address }),
    onEvent: react,
  })
  const agent = createCallAgent({
    layer,
    timers: scheduler.timers(`agent ${address}`, timer => agent.timerFired(timer)),
    random,
    flowTo: (_, request) => ({ transport: 'udp', address: hostOf(nextHop(request)), port: 5060 }),
    onEvent: (key, event) => onEvent(ua, key, event),
  })
  function react(event: LayerEvent): void {
    if (agent.take(event) || event.type !== 'request') return
    const { id, request } = event
    if (request.method === 'INVITE') {
      const key = request.headers.find(({ name }) => name === 'Call-ID')?.value ?? id
      agent.accept(key, { id, request, profile, localTag: newToken(), rseq: 1 + Math.floor(random() * 1000) })
    } else layer.respond(id, createResponse(request, 481, { toTag: newToken() }))
  }
  const ua: UserAgent = { address, layer, agent, profile }
  network.attach(address, (message, flow) => layer.receive(message, flow))
  return ua
}
