import { Source } from '../view-model/index.ts'

/** The element that plays the caller. */
export type AudioSink = Pick<HTMLAudioElement, 'play' | 'muted'> & {
  srcObject: MediaProvider | null
  setSinkId?: (device: string) => Promise<void>
}

/** Plays the far end: speaker on or off, chosen output, and whether the browser still wants a click before it makes a sound. */
export class RemoteAudio {
  readonly blocked = new Source(false)
  readonly speakerOn = new Source(true)
  readonly #sink: AudioSink

  constructor(sink: AudioSink) {
    this.#sink = sink
  }

  play(stream: MediaStream): void {
    this.#sink.srcObject = stream
    void this.start()
  }

  /** Starts to play; called again from a click where the browser refused at first. */
  async start(): Promise<void> {
    if (!this.#sink.srcObject) return
    try {
      await this.#sink.play()
      this.blocked.set(false)
    } catch (error) {
      // AbortError only says that a newer stream took this one's place.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.blocked.set(true)
    }
  }

  setSpeaker(on: boolean): void {
    this.#sink.muted = !on
    this.speakerOn.set(on)
  }

  /** Sends the sound to this output, or to the system's own choice (empty string) where the output is gone. */
  async setOutput(device: string): Promise<void> {
    try {
      await this.#sink.setSinkId?.(device)
    } catch {
      if (device !== '') await this.setOutput('')
    }
  }
}
