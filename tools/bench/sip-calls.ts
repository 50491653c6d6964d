import {
  type CallAgent,
  type CallEvent,
  createCallAgent,
  createTransactionLayer,
  type Flow,
  parseMessage,
  SESSION_EXTENSIONS,
  SESSION_METHODS,
  serializeMessage,
  type TransactionLayer,
} from '@ringdown/sip'

export type CallFigures = {
  /** Calls from INVITE to the answer of the BYE, both ends and all their messages written and read, per second of one core. */
  callsPerSecond: number
  transactionsPerSecond: number
}

type Side = { layer: TransactionLayer; agent: CallAgent }

const PROFILE = { contact: 'sip:192.0.2.1', methods: SESSION_METHODS, extensions: SESSION_EXTENSIONS }
const sdp =
  'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n'
/** Ends forget nothing before a timer says so, and here none fires: new ones take over. */
const callsOfPair = 200
/** Client and server of INVITE and BYE. */
const transactionsOfCall = 4

type React = (side: Side, key: string, event: CallEvent) => void

/** One end, whose messages are written to the wire and read from it by the other. */
function createSide(order: { address: string; wire: (() => void)[]; other: () => Side; react: React }): Side {
  const { address, wire, other, react } = order
  const flow: Flow = { transport: 'udp', address, port: 5060 }
  const timers = { start: () => undefined, stop: () => undefined }
  let tokens = 0
  const newToken = () => `${address}-${++tokens}`
  const layer = createTransactionLayer({
    send: message => {
      const bytes = serializeMessage(message)
      wire.push(() => {
        const parsed = parseMessage(bytes, { transport: 'datagram' })
        if (parsed.ok) other().layer.receive(parsed.message, flow)
      })
    },
    timers,
    newToken,
    sentBy: () => ({ host: address }),
    onEvent: event => {
      if (agent.take(event) || event.type !== 'request') return
      const { id, request } = event
      agent.accept(newToken(), { id, request, profile: PROFILE, localTag: newToken(), rseq: 1 })
    },
  })
  const agent = createCallAgent({
    layer,
    timers,
    random: () => 0.5,
    flowTo: () => flow,
    onEvent: (key, event) => react({ layer, agent }, key, event),
  })
  return { layer, agent }
}

/** Hangs up what is answered. */
const calls: React = ({ agent }, key, event) => {
  if (event.type === 'answered') agent.give(key, { type: 'hang up' })
}

const answers: React = ({ agent }, key, event) => {
  if (event.type === 'offer') agent.give(key, { type: 'answer', sdp })
}

/** Two ends without a network between them: what the one sends, the other reads at once. */
function createPair(): { caller: Side; wire: (() => void)[] } {
  const wire: (() => void)[] = []
  const caller: Side = createSide({ address: '192.0.2.1', wire, other: () => callee, react: calls })
  const callee: Side = createSide({ address: '192.0.2.2', wire, other: () => caller, react: answers })
  return { caller, wire }
}

/** @throws Error when a call is left: then something else was measured */
function makeCalls(count: number): void {
  const { caller, wire } = createPair()
  for (let n = 0; n < count; n++) {
    const order = {
      target: 'sip:callee@192.0.2.2',
      from: 'sip:caller@192.0.2.1',
      to: 'sip:callee@192.0.2.2',
      callId: `call-${n}`,
      localTag: `from${n}`,
      offer: sdp,
    }
    caller.agent.dial(order.callId, order, PROFILE)
    for (let deliver = wire.shift(); deliver !== undefined; deliver = wire.shift()) deliver()
  }
  if (caller.agent.size > 0) throw new Error(`${caller.agent.size} of ${count} calls did not end`)
}

export function measureCalls(ms: number): CallFigures {
  makeCalls(callsOfPair)
  const startedAt = performance.now()
  let calls = 0
  let tookMs = 0
  while (tookMs < ms) {
    makeCalls(callsOfPair)
    calls += callsOfPair
    tookMs = performance.now() - startedAt
  }
  const callsPerSecond = (calls * 1000) / tookMs
  return { callsPerSecond, transactionsPerSecond: callsPerSecond * transactionsOfCall }
}
