import { Source } from '../view-model/index.ts'
import { ringTone, testTone } from './tone.rules.ts'

const refusedAfterMs = 300

type ContextWithOutput = AudioContext & { setSinkId?: (device: string) => Promise<void> }

/** The console's own sounds: ring tone, test tone, a recording played back. Not the caller's voice. */
export class Sound {
  /** A call rings, but the browser makes no sound before somebody has touched the page. */
  readonly blocked = new Source(false)
  #context: ContextWithOutput | null = null
  #output = ''
  #ring: AudioBufferSourceNode | null = null

  /** Starts or stops the ring tone. */
  ring(on: boolean): void {
    if (on === (this.#ring !== null)) return
    if (!on) {
      this.#ring?.stop()
      this.#ring = null
      this.blocked.set(false)
      return
    }
    const context = this.#open()
    this.#ring = play({ context, samples: ringTone(context.sampleRate), loop: true })
    void this.unlock()
  }

  /** Resolves when the tone is over. */
  async tone(): Promise<void> {
    const context = this.#open()
    await context.resume()
    await ended(play({ context, samples: testTone(context.sampleRate), loop: false }))
  }

  /** Plays a recording in whatever format this browser records. Resolves when it is over. */
  async playBack(recording: ArrayBuffer): Promise<void> {
    const context = this.#open()
    await context.resume()
    const source = context.createBufferSource()
    source.buffer = await context.decodeAudioData(recording)
    source.connect(context.destination)
    source.start()
    await ended(source)
  }

  /** To be called from a click or a key press. */
  async unlock(): Promise<void> {
    const context = this.#context
    if (!context || context.state === 'running') return
    // A browser that refuses leaves `resume` unsettled for ever; what counts is the state a moment later.
    const moment = new Promise<void>(resolve => setTimeout(resolve, refusedAfterMs))
    await Promise.race([context.resume(), moment])
    this.#tellBlocked()
  }

  setOutput(device: string): void {
    this.#output = device
    this.#context?.setSinkId?.(device).catch(() => {})
  }

  #open(): AudioContext {
    if (this.#context) return this.#context
    this.#context = new AudioContext()
    this.#context.onstatechange = () => {
      if (this.#context?.state === 'running') this.#tellBlocked()
    }
    if (this.#output !== '') this.setOutput(this.#output)
    return this.#context
  }

  #tellBlocked(): void {
    this.blocked.set(this.#ring !== null && this.#context?.state !== 'running')
  }
}

function play(args: {
  context: AudioContext
  samples: Float32Array<ArrayBuffer>
  loop: boolean
}): AudioBufferSourceNode {
  const { context, samples } = args
  const buffer = context.createBuffer(1, samples.length, context.sampleRate)
  buffer.copyToChannel(samples, 0)
  const source = context.createBufferSource()
  source.buffer = buffer
  source.loop = args.loop
  source.connect(context.destination)
  source.start()
  return source
}

function ended(source: AudioBufferSourceNode): Promise<void> {
  return new Promise(resolve => {
    source.onended = () => resolve()
  })
}
