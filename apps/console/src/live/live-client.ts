import { type LiveMessage, liveMessage } from '@ringdown/contract'
import type { Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import { backOffMs } from './back-off.rules.ts'
import type {
  LiveNotice,
  LiveOrder,
  LiveOutcome,
  LiveSocket,
  LiveSocketEvents,
  LiveValue,
  OpenLiveSocket,
} from './live.port.ts'

/** A command that stays unanswered this long means that the connection is dead, whatever TCP believes. */
const answerWithinMs = 8_000
const openWithinMs = 8_000

export type LiveClientArgs = {
  openSocket: OpenLiveSocket
  /** Asked when a connection could not be opened: a browser does not say that the gateway answered 401. */
  sessionIsMissing: () => Promise<boolean>
  onSessionMissing: () => void
  time: Time
  random: () => number
}

/** The console's connection to `/api/v1/live`: opens again by itself, keeps the last view, pairs commands and results. */
export class LiveClient implements Observable<LiveValue> {
  readonly #args: LiveClientArgs
  readonly #state = new Source<LiveValue>({ connection: 'stopped', view: null, skewMs: 0 })
  readonly #pending = new Map<string, (outcome: LiveOutcome) => void>()
  readonly #listeners = new Set<(notice: LiveNotice) => void>()
  #socket: LiveSocket | null = null
  /** Replaced, but not closed before its successor stands: see `renew`. */
  #retired: LiveSocket | null = null
  #cancelTimer: () => void = () => {}
  #attempt = 0
  #commands = 0

  constructor(args: LiveClientArgs) {
    this.#args = args
  }

  get value(): LiveValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  onNotice(listener: (notice: LiveNotice) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Connects, also from `replaced`: this page then takes over from the other one. */
  start(): void {
    const { connection } = this.value
    if (connection !== 'stopped' && connection !== 'replaced') return
    this.#attempt = 0
    this.#connect()
  }

  /** Ends the connection and forgets what it showed. */
  stop(): void {
    this.#drop()
    this.#retired?.close()
    this.#retired = null
    this.#state.set({ connection: 'stopped', view: null, skewMs: 0 })
  }

  /**
   * Replaces a connection that is probably dead (the network changed, the computer slept), or ends the waiting for the next try.
   * The old one stays until the new one stands: a page that closes its only connection has left, and its caller hears music.
   */
  renew(): void {
    const { connection } = this.value
    if (connection !== 'open' && connection !== 'waiting') return
    this.#attempt = 0
    this.#retired?.close()
    this.#retired = this.#socket
    this.#socket = null
    this.#connect()
  }

  /** Sends a command. Never rejects: a broken connection is the outcome `live.away`. */
  send(order: LiveOrder): Promise<LiveOutcome> {
    const socket = this.#socket
    if (!socket || this.value.connection !== 'open') return Promise.resolve({ ok: false, code: 'live.away' })
    this.#commands += 1
    const id = `c${this.#commands}`
    return new Promise(resolve => {
      const cancel = this.#args.time.after(answerWithinMs, () => this.renew())
      this.#pending.set(id, outcome => {
        cancel()
        this.#pending.delete(id)
        resolve(outcome)
      })
      socket.send(JSON.stringify({ ...order, id }))
    })
  }

  #connect(): void {
    this.#drop()
    this.#state.patch({ connection: 'connecting' })
    const current: { socket: LiveSocket | null } = { socket: null }
    const ifCurrent = (action: () => void) => {
      if (current.socket !== null && current.socket === this.#socket) action()
    }
    const events: LiveSocketEvents = {
      opened: () => ifCurrent(() => this.#opened()),
      message: text => ifCurrent(() => this.#received(text)),
      closed: () => ifCurrent(() => this.#closed()),
    }
    this.#cancelTimer = this.#args.time.after(openWithinMs, () => this.#closed())
    current.socket = this.#args.openSocket(events)
    this.#socket = current.socket
  }

  #opened(): void {
    this.#cancelTimer()
    this.#attempt = 0
    this.#retired?.close()
    this.#retired = null
    this.#state.patch({ connection: 'open' })
  }

  #closed(): void {
    const opened = this.value.connection === 'open'
    this.#drop()
    this.#state.patch({ connection: 'waiting' })
    const ms = backOffMs({ attempt: this.#attempt, random: this.#args.random() })
    this.#attempt += 1
    this.#cancelTimer = this.#args.time.after(ms, () => this.#connect())
    if (!opened) void this.#askForSession()
  }

  async #askForSession(): Promise<void> {
    const missing = await this.#args.sessionIsMissing()
    if (missing && this.value.connection !== 'open') this.#args.onSessionMissing()
  }

  #drop(): void {
    this.#cancelTimer()
    this.#cancelTimer = () => {}
    const socket = this.#socket
    this.#socket = null
    socket?.close()
    for (const answer of [...this.#pending.values()]) answer({ ok: false, code: 'live.away' })
  }

  #received(text: string): void {
    const message = parse(text)
    if (!message) return
    switch (message.type) {
      case 'view':
        this.#state.patch({ view: message.view, skewMs: message.view.now - this.#args.time.now() })
        return
      case 'result':
        this.#pending.get(message.id)?.(
          message.ok ? { ok: true, answer: message.answer ?? null } : { ok: false, code: message.error.code },
        )
        return
      case 'replaced':
        this.#drop()
        // What the other page does meanwhile is not known here.
        this.#state.patch({ connection: 'replaced', view: null })
        return
      default:
        for (const listener of [...this.#listeners]) listener(message)
    }
  }
}

/** A message this page does not understand comes from a newer gateway; the views around it still hold. */
function parse(text: string): LiveMessage | null {
  try {
    return liveMessage.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
