import { JitterBuffer, Mixer, payloadOf, type RtpPacket } from '@ringdown/media'
import type { EndpointId } from '../worker.port.ts'
import { queueFor } from './g711-line.ts'
import type { Inlet, PacketListener } from './inlet.ts'
import type { Outlet } from './outlet.ts'
import { SampleTime } from './sample-time.ts'
import { FrameDecoder, SAMPLE_RATE } from './speech.ts'
import { StreamPace } from './stream-pace.ts'

/** What an endpoint hears, at work. */
export interface Hearing {
  /** Called every 20 ms where it is there; without it the hearing needs no clock. */
  tick?(tick: number, now: number): void
  stop(): void
}

/** Packets are passed on one by one as they come, while `isOpen`. */
export function directHearing(inlet: Inlet, line: PacketListener, isOpen: () => boolean): Hearing {
  const listener: PacketListener = {
    onPacket: (packet, now) => {
      if (isOpen()) line.onPacket(packet, now)
    },
  }
  inlet.listen(listener)
  return { stop: () => inlet.unlisten(listener) }
}

/** One inlet for a peer that takes 20 ms at a time. */
export function pacedHearing(inlet: Inlet, outlet: Outlet): Hearing {
  const { queue, listener } = queueFor(inlet, outlet)
  const pace = new StreamPace()
  inlet.listen(listener)
  return {
    tick: (_tick, now) => {
      const { missed, frames } = pace.due(now)
      queue.skip(missed)
      for (let due = frames; due > 0; due--) {
        const frame = queue.take()
        if (frame !== undefined) outlet.play(frame, now)
      }
    },
    stop: () => inlet.unlisten(listener),
  }
}

/** Decodes an inlet's packets for a mixer. */
class LinearQueue implements PacketListener {
  readonly #inlet: Inlet
  readonly #buffer = new JitterBuffer({ clockRate: SAMPLE_RATE, minimumMs: 40, maximumMs: 200 })
  readonly #decoder = new FrameDecoder()
  readonly #samples = new SampleTime()

  constructor(inlet: Inlet) {
    this.#inlet = inlet
  }

  onPacket(packet: RtpPacket): void {
    const { codec, payloadType, clockRate } = this.#inlet.format
    if (packet.payloadType !== payloadType) return
    const samples = this.#decoder.decode(codec, payloadOf(packet))
    if (samples !== undefined) this.#buffer.put(samples, this.#samples.of(packet.timestamp, clockRate))
  }

  take(target: Int16Array): boolean {
    return this.#buffer.take(target) !== 'idle'
  }

  close(): void {
    this.#decoder.close()
  }
}

/** Several inlets at once. `own` names the listener in the mixer; it adds nothing to what it hears. */
export class MixHearing implements Hearing {
  readonly #own: EndpointId
  readonly #outlet: Outlet
  readonly #mixer: Mixer
  readonly #queues = new Map<EndpointId, { inlet: Inlet; queue: LinearQueue }>()
  readonly #samples: Int16Array

  constructor(own: EndpointId, outlet: Outlet) {
    this.#own = own
    this.#outlet = outlet
    this.#mixer = new Mixer({ sampleRate: SAMPLE_RATE })
    this.#mixer.attach(own)
    this.#samples = new Int16Array(this.#mixer.frameSamples)
  }

  /** Hears exactly these from now on; who stays goes on without a gap. */
  setInputs(inlets: ReadonlyMap<EndpointId, Inlet>): void {
    for (const [id, input] of this.#queues) {
      if (inlets.get(id) === input.inlet) continue
      input.inlet.unlisten(input.queue)
      input.queue.close()
      this.#mixer.detach(id)
      this.#queues.delete(id)
    }
    for (const [id, inlet] of inlets) {
      if (this.#queues.has(id)) continue
      const queue = new LinearQueue(inlet)
      inlet.listen(queue)
      this.#mixer.attach(id)
      this.#queues.set(id, { inlet, queue })
    }
  }

  tick(_tick: number, now: number): void {
    for (const [id, { queue }] of this.#queues) {
      if (queue.take(this.#samples)) this.#mixer.write(id, this.#samples)
    }
    this.#mixer.mix()
    const heard = this.#mixer.read(this.#own)
    if (heard !== undefined) this.#outlet.say(heard, now)
  }

  stop(): void {
    this.setInputs(new Map())
  }
}
