import type { EndpointId, WorkerAnswer, WorkerCommand, WorkerErrorCode } from '../worker.port.ts'
import type { CarrierStreams } from './carrier-streams.ts'
import type { Clock } from './clock.ts'
import type { Endpoint } from './endpoint.ts'
import { testPackets } from './interlude.ts'
import type { Router } from './router.ts'
import { RtpEndpoint } from './rtp-endpoint.ts'
import { type RtpPorts, versionOf } from './rtp-ports.ts'
import type { WorkerSettings } from './settings.rules.ts'
import { StreamEndpoint } from './stream-endpoint.ts'
import { openWebrtc } from './webrtc-endpoint.ts'

export type CommandsOptions = {
  settings: WorkerSettings
  clock: Clock
  router: Router
  ports: RtpPorts
  streams: CarrierStreams
  onStreamRefused: (reason: string) => void
}

type Command<Type extends WorkerCommand['type']> = Extract<WorkerCommand, { type: Type }>

const done: WorkerAnswer = { ok: true, type: 'done' }

/** Carries out control's commands, one at a time: each is a declaration, and repeating it changes nothing. */
export class Commands {
  readonly #options: CommandsOptions
  #last: Promise<unknown> = Promise.resolve()
  /** The last probe of each line: a repeated one is not sent again. */
  readonly #probes = new WeakMap<Endpoint, string>()

  constructor(options: CommandsOptions) {
    this.#options = options
  }

  run(command: WorkerCommand): Promise<WorkerAnswer> {
    const answer = this.#last.then(() => this.#run(command))
    this.#last = answer
    return answer
  }

  #run(command: WorkerCommand): WorkerAnswer | Promise<WorkerAnswer> {
    switch (command.type) {
      case 'open rtp':
        return this.#openRtp(command)
      case 'update rtp':
        return this.#updateRtp(command)
      case 'open webrtc':
        return this.#openWebrtc(command)
      case 'accept stream':
        return this.#acceptStream(command)
      case 'refuse stream':
        this.#options.streams.refuse(command.stream, command.reason)
        return done
      case 'hear':
        return this.#hear(command)
      case 'probe':
        return this.#probe(command)
      case 'send digits':
        return this.#sendDigits(command)
      case 'close':
        this.#close(command.endpoint)
        return done
      case 'snapshot':
        return { ok: true, type: 'snapshot', endpoints: this.#options.router.snapshot() }
    }
  }

  async #openRtp({ endpoint: id, call, port, settings }: Command<'open rtp'>): Promise<WorkerAnswer> {
    const { router, ports, clock } = this.#options
    const open = router.find(id)
    if (open !== undefined) return this.#updateRtp({ type: 'update rtp', endpoint: id, settings })
    const pair = await ports.bind({ version: versionOf(settings.remote.address), port })
    if (pair === undefined) return refuse('ports.exhausted', 'no RTP port is free')
    const reports = router.reportsOf(id)
    const endpoint = new RtpEndpoint({ id, call, pair, ports, settings, clock, reports })
    router.add(endpoint)
    return { ok: true, type: 'rtp', local: endpoint.local }
  }

  async #updateRtp({ endpoint: id, settings }: Command<'update rtp'>): Promise<WorkerAnswer> {
    const endpoint = this.#options.router.find(id)
    if (endpoint === undefined) return unknown(id)
    if (!(endpoint instanceof RtpEndpoint)) return otherKind(endpoint.kind)
    if (!(await endpoint.reach(settings)))
      return refuse('ports.exhausted', 'its port is not free in the other version of IP')
    if (endpoint.update(settings)) this.#options.router.codecChanged(endpoint)
    return { ok: true, type: 'rtp', local: endpoint.local }
  }

  async #openWebrtc({ endpoint: id, owner, offer }: Command<'open webrtc'>): Promise<WorkerAnswer> {
    const { router, clock, settings } = this.#options
    const kind = router.find(id)?.kind
    if (kind !== undefined && kind !== 'webrtc') return otherKind(kind)
    this.#close(id)
    const { mediaHosts, webrtcPort: port, publicIp } = settings
    const host = mediaHosts[4]
    const reports = router.reportsOf(id)
    const opened = await openWebrtc({ id, owner, offer, host, port, publicIp, clock, reports })
    if (!opened.ok) return refuse('sdp.refused', opened.message)
    router.add(opened.endpoint)
    return { ok: true, type: 'webrtc', answer: opened.answer }
  }

  #acceptStream({ stream: streamId, endpoint: id, call }: Command<'accept stream'>): WorkerAnswer {
    const { router, streams, clock, onStreamRefused } = this.#options
    const open = router.find(id)
    if (open !== undefined && !(open instanceof StreamEndpoint)) return otherKind(open.kind)
    if (open?.stream === streamId) return done
    const taken = streams.take(streamId)
    if (taken === undefined) return refuse('stream.unknown', 'no such stream waits')
    // A carrier that opens a second stream for the same leg has given up the first.
    if (open !== undefined) this.#close(id)
    const { streamSid } = taken.start
    const reports = router.reportsOf(id)
    const options = { id, call, stream: taken.stream, streamSid, clock, reports, onRefused: onStreamRefused }
    router.add(new StreamEndpoint(options))
    return done
  }

  #hear({ endpoint: id, source }: Command<'hear'>): WorkerAnswer {
    const ear = this.#options.router.earOf(id)
    if (ear === undefined) return unknown(id)
    const error = ear.hear(source)
    return error === undefined ? done : refuse(error, 'the playlist names a clip that is not there')
  }

  #probe({ endpoint: id, probe, packets }: Command<'probe'>): WorkerAnswer {
    const { router } = this.#options
    const endpoint = router.find(id)
    const ear = router.earOf(id)
    if (endpoint === undefined || ear === undefined) return unknown(id)
    if (endpoint.kind !== 'webrtc') return otherKind(endpoint.kind)
    // A line in a call proves itself; its audio is not interrupted.
    if (ear.source.type !== 'nothing' || this.#probes.get(endpoint) === probe) return done
    this.#probes.set(endpoint, probe)
    ear.interrupt(testPackets(packets, endpoint.outlet))
    return done
  }

  #sendDigits({ endpoint: id, digits }: Command<'send digits'>): WorkerAnswer {
    const endpoint = this.#options.router.find(id)
    if (endpoint === undefined) return unknown(id)
    if (digits !== '') this.#options.router.earOf(id)?.interrupt(endpoint.outlet.press(digits))
    return done
  }

  #close(id: EndpointId): void {
    this.#options.router.close(id, 'closed')
  }
}

function refuse(code: WorkerErrorCode, message: string): WorkerAnswer {
  return { ok: false, code, message }
}

function unknown(id: EndpointId): WorkerAnswer {
  return refuse('endpoint.unknown', `there is no endpoint ${id}`)
}

function otherKind(kind: string): WorkerAnswer {
  return refuse('endpoint.exists-as-other-kind', `it is a ${kind} endpoint`)
}
