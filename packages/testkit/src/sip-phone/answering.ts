import { randomBytes, randomInt } from 'node:crypto'
import type { G711Codec } from '@ringdown/media'
import {
  createCallAgent,
  createResponse,
  createTransactionLayer,
  type Flow,
  type LayerEvent,
  type SessionProfile,
  type SipRequest,
  type TransactionLayer,
  tagOf,
  toOf,
} from '@ringdown/sip'
import type { PhoneSrtp } from './audio-protection.ts'
import { CalledCall } from './called-call.ts'
import { openPhoneAudio } from './phone-audio.ts'
import { openSipSockets } from './sip-sockets.ts'
import { uriHost } from './uri-host.ts'

export type AnsweringPhoneOptions = {
  /** Address on this machine where it is called; 127.0.0.1 unless told. */
  address?: string
  codec?: G711Codec
  /** Extensions that it knows; `100rel` and `timer` unless told. */
  extensions?: readonly string[]
  /** Keys to answer with; left out, it speaks plain RTP only. */
  srtp?: PhoneSrtp
}

/** A telephone for tests that is called, over UDP. */
export type AnsweringPhone = {
  readonly host: string
  readonly port: number
  /** How many calls came so far. */
  readonly calls: number
  /** The next call that comes, in order; each is given once. */
  nextCall(): Promise<CalledCall>
  /** Ends all calls that are still up and closes every socket. */
  close(): Promise<void>
}

const token = () => randomBytes(10).toString('hex')

/** Opens a phone that takes calls. */
export async function createAnsweringPhone(order: AnsweringPhoneOptions = {}): Promise<AnsweringPhone> {
  const { address: host = '127.0.0.1', codec = 'PCMU', extensions = ['100rel', 'timer'], srtp } = order
  const calls = new Map<string, { call: CalledCall; flow: Flow }>()
  const timers = new Map<string, NodeJS.Timeout>()
  const waiting: ((call: CalledCall) => void)[] = []
  const came: CalledCall[] = []

  const startTimer = (fired: (name: string) => void) => (name: string, ms: number) => {
    clearTimeout(timers.get(name))
    timers.set(
      name,
      setTimeout(() => fired(name), ms),
    )
  }
  const stop = (name: string) => clearTimeout(timers.get(name))
  const layer: TransactionLayer = createTransactionLayer({
    send: (message, to) => sockets.send(message, to),
    timers: { start: startTimer(name => layer.timerFired(name)), stop },
    newToken: token,
    sentBy: () => ({ host, port: sockets.port }),
    onEvent: event => {
      if (!agent.take(event) && event.type === 'request') void receive(event)
    },
  })
  const agent = createCallAgent({
    layer,
    timers: { start: startTimer(name => agent.timerFired(name)), stop },
    random: Math.random,
    flowTo: key => calls.get(key)?.flow ?? { transport: 'udp', address: host, port: sockets.port },
    onEvent: (key, event) => calls.get(key)?.call.take(event),
  })
  const sockets = await openSipSockets({
    transport: 'udp',
    server: { host, port: 0 },
    host,
    onMessage: (message, from) => layer.receive(message, from),
  })

  async function receive({ id, request, flow }: Extract<LayerEvent, { type: 'request' }>): Promise<void> {
    const isNew = request.method === 'INVITE' && tagOf(toOf(request)) === undefined
    if (isNew) await begin(id, request, flow)
    else {
      const status = request.method === 'OPTIONS' ? 200 : 481
      layer.respond(id, createResponse(request, status, { toTag: token() }))
    }
  }

  async function begin(id: string, request: SipRequest, flow: Flow): Promise<void> {
    const audio = await openPhoneAudio({ address: host, codec, srtp })
    const key = token()
    const call = new CalledCall({ ...audio, key, agent, layer, invite: request })
    calls.set(key, { call, flow })
    const localTag = token()
    if (!agent.accept(key, { id, request, profile: profile(), localTag, rseq: randomInt(1, 2 ** 30) }))
      return call.vanish()
    const next = waiting.shift()
    if (next) next(call)
    else came.push(call)
  }

  const profile = (): SessionProfile => ({
    contact: `sip:phone@${uriHost(host)}:${sockets.port}`,
    methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'PRACK', 'UPDATE', 'INFO'],
    extensions,
  })

  return {
    host,
    port: sockets.port,
    get calls() {
      return calls.size
    },
    nextCall() {
      const call = came.shift()
      return call ? Promise.resolve(call) : new Promise(resolve => waiting.push(resolve))
    },
    async close() {
      await Promise.all([...calls.values()].map(({ call }) => call.vanish()))
      for (const timer of timers.values()) clearTimeout(timer)
      await sockets.close()
    },
  }
}
