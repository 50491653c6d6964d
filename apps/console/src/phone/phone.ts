import type { CallCodec, OperatorView } from '@ringdown/contract'
import type { LiveClient, LiveConnection, LiveNotice } from '../live/index.ts'
import type { Time } from '../time/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import { isAtDesk } from './at-desk.rules.ts'
import type { Line } from './line.state.ts'
import { lineIsNeeded } from './line-need.rules.ts'
import { LineRunner } from './line-runner.ts'
import type { Microphone } from './microphone.ts'
import { microphoneIsLive, microphoneNeed } from './microphone-need.rules.ts'
import type { CreatePeer, Peer } from './peer.port.ts'
import { answerProbe } from './probe.ts'
import type { Quality } from './quality.rules.ts'
import { QualityMonitor } from './quality-monitor.ts'
import type { RemoteAudio } from './remote-audio.ts'

export type PhoneArgs = {
  live: LiveClient
  microphone: Microphone
  audio: RemoteAudio
  createPeer: CreatePeer
  page: string
  time: Time
  random: () => number
}

/** The browser leg: keeps line, microphone and mute as the gateway's view wants them. */
export class Phone {
  readonly microphone: Microphone
  readonly audio: RemoteAudio
  readonly #live: LiveClient
  readonly #time: Time
  readonly #runner: LineRunner
  readonly #monitor: QualityMonitor
  readonly #muted = new Source(false)
  #goingAvailable = false
  #accepted: string | null = null
  #call: string | null = null
  #offered: string | null = null
  #connection: LiveConnection = 'stopped'
  #seen: OperatorView | null = null
  #sent: { peer: Peer; track: MediaStreamTrack | null } | null = null
  #spoken: { peer: Peer; codec: CallCodec } | null = null

  constructor(args: PhoneArgs) {
    this.microphone = args.microphone
    this.audio = args.audio
    this.#live = args.live
    this.#time = args.time
    this.#runner = new LineRunner({
      page: args.page,
      createPeer: args.createPeer,
      send: order => args.live.send(order),
      onAudio: stream => args.audio.play(stream),
      onPeer: () => this.#adjust(),
      time: args.time,
      random: args.random,
    })
    this.#monitor = new QualityMonitor({
      peer: () => this.#runner.peer,
      callerQuality: () => args.live.value.view?.active?.callerQuality ?? null,
      send: order => args.live.send(order),
      time: args.time,
    })
    args.live.subscribe(() => this.#followLive())
    args.live.onNotice(notice => this.#followNotice(notice))
    args.microphone.subscribe(() => this.#adjust())
  }

  get line(): Observable<Line> {
    return this.#runner.line
  }

  get muted(): Observable<boolean> {
    return this.#muted
  }

  get quality(): Observable<Quality> {
    return this.#monitor.quality
  }

  /** Opens the line before the gateway's view asks for it: the operator is about to go available. */
  prepare(goingAvailable: boolean): void {
    this.#goingAvailable = goingAvailable
    this.#adjust()
  }

  /** The gateway took our `accept`: the microphone is sent at once, without waiting for the next view. */
  accepted(call: string | null): void {
    this.#accepted = call
    this.#adjust()
  }

  setMuted(muted: boolean): void {
    this.#muted.set(muted)
    this.#adjust()
    const active = this.#live.value.view?.active
    if (active) void this.#live.send({ type: 'mute', call: active.call, muted })
  }

  networkChanged(): void {
    this.#runner.take({ type: 'network changed' })
  }

  #followLive(): void {
    const { connection, view } = this.#live.value
    if (connection === 'open' && this.#connection !== 'open') this.#runner.take({ type: 'socket opened' })
    this.#connection = connection
    if (connection === 'replaced' || connection === 'stopped') {
      this.#giveUp()
      return
    }
    if (view && view !== this.#seen) {
      this.#seen = view
      this.#followCall(view)
      this.#runner.take({ type: 'view', serial: this.#runner.serialOf(view.line.id) })
    }
    this.#adjust()
  }

  /**
   * A call that was accepted here starts with an open microphone. One that this page finds running, after a reload,
   * keeps the mute that the gateway remembers: nobody who was muted is heard by surprise. A desk phone has a key of its own for that.
   */
  #followCall(view: OperatorView): void {
    this.#offered = view.offer?.call ?? this.#offered
    const call = view.active?.call ?? null
    if (call === this.#call) return
    this.#call = call
    if (call === null) return
    this.audio.setSpeaker(true)
    const remembered = isMuted(view)
    const isFresh = call === this.#offered || isAtDesk(view)
    this.#muted.set(remembered && !isFresh)
    if (remembered && isFresh) void this.#live.send({ type: 'mute', call, muted: false })
  }

  #followNotice(notice: LiveNotice): void {
    if (notice.type === 'line') {
      this.#runner.take({ type: 'view', serial: this.#runner.serialOf(notice.line) })
      return
    }
    const serial = this.#runner.serialOf(notice.line)
    if (serial === null) return
    if (notice.type === 'line lost') {
      this.#runner.take({ type: 'lost', serial })
      return
    }
    const { peer } = this.#runner
    if (!peer || serial !== this.line.value.serial) return
    // A peer that is closed while its probe runs needs no answer: the next line is probed anew.
    answerProbe({ probe: notice, peer, send: order => this.#live.send(order), time: this.#time }).catch(
      () => {},
    )
  }

  /** Another page took over, or nobody is signed in: this page keeps nothing open. */
  #giveUp(): void {
    this.#goingAvailable = false
    this.#accepted = null
    this.#seen = null
    this.#call = null
    this.#offered = null
    this.#runner.take({ type: 'release' })
    this.microphone.close()
    this.#monitor.run(false)
  }

  #adjust(): void {
    const { view, connection } = this.#live.value
    if (connection === 'replaced' || connection === 'stopped') return
    const status = view?.operator.status ?? null
    const atDesk = isAtDesk(view)
    // Before the first view nobody knows; a line that exists stays as it is.
    if (status !== null) {
      const needed = lineIsNeeded({ status, atDesk, goingAvailable: this.#goingAvailable })
      this.#runner.take({ type: needed ? 'want' : 'release' })
    }
    const need = microphoneNeed({ view, accepted: this.#accepted })
    if (need === 'closed') this.microphone.close()
    else this.microphone.open()
    this.#speakAsCaller()
    this.#sendMicrophone(need === 'sending')
    this.#monitor.run(view?.active?.state === 'connected' && !atDesk)
  }

  /** Changed while the call rings, and so before its first packet: nothing of it is lost or turned into something else. */
  #speakAsCaller(): void {
    const { peer } = this.#runner
    const { view } = this.#live.value
    const codec = view?.active?.codec ?? view?.offer?.codec
    if (!peer || !codec || (this.#spoken?.peer === peer && this.#spoken.codec === codec)) return
    this.#spoken = { peer, codec }
    // The gateway takes whatever is sent: a browser that cannot change is heard all the same.
    peer.speak(codec).catch(() => {})
  }

  #sendMicrophone(sending: boolean): void {
    const { peer } = this.#runner
    const microphone = this.microphone.value
    const track = microphone.at === 'open' ? microphone.track : null
    if (track) track.enabled = microphoneIsLive({ view: this.#live.value.view, muted: this.#muted.value })
    if (!peer) return
    const wanted = sending ? track : null
    const sent = this.#sent?.peer === peer ? this.#sent.track : null
    if (wanted === sent) return
    this.#sent = { peer, track: wanted }
    // The peer may be closed in this moment; its successor gets the track again.
    peer.send(wanted).catch(() => {})
  }
}

function isMuted(view: OperatorView): boolean {
  const self = view.active?.participants.find(
    participant => participant.role === 'operator' && participant.name === view.operator.name,
  )
  return self?.muted ?? false
}
