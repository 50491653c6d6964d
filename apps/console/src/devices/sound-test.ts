import type { MicrophoneProblem, OpenMicrophone } from '../phone/index.ts'
import { type Observable, Source } from '../view-model/index.ts'
import type { SoundTestPort } from './sound-test.port.ts'

const recordMs = 2_000

export type SoundTestValue = {
  at: 'closed' | 'opening' | 'ready' | 'tone' | 'recording' | 'playing'
  problem: MicrophoneProblem | null
}

export type SoundTestArgs = {
  port: SoundTestPort
  openMicrophone: OpenMicrophone
  constraints: () => MediaTrackConstraints
  onMicrophone: () => void
}

/** The sound test of the settings: a microphone of its own, open only while somebody is looking. */
export class SoundTest implements Observable<SoundTestValue> {
  readonly level = new Source(0)
  readonly #args: SoundTestArgs
  readonly #state = new Source<SoundTestValue>({ at: 'closed', problem: null })
  #track: MediaStreamTrack | null = null
  #stopMeter: () => void = () => {}
  #order = 0

  constructor(args: SoundTestArgs) {
    this.#args = args
  }

  get value(): SoundTestValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  /** The settings were opened: shows the level at once where that asks the user nothing. */
  async look(): Promise<void> {
    const order = this.#order
    if ((await this.#args.port.isAllowed()) && order === this.#order) await this.start()
  }

  /** Opens the microphone and shows its level; again after another one was chosen. */
  async start(): Promise<void> {
    this.stop()
    const order = this.#order
    this.#state.set({ at: 'opening', problem: null })
    const answer = await this.#args.openMicrophone(this.#args.constraints())
    if (order !== this.#order) {
      if (answer.ok) answer.track.stop()
      return
    }
    if (!answer.ok) {
      this.#state.set({ at: 'closed', problem: answer.problem })
      return
    }
    this.#track = answer.track
    this.#stopMeter = this.#args.port.meter(answer.track, level => this.level.set(level))
    this.#state.set({ at: 'ready', problem: null })
    this.#args.onMicrophone()
  }

  stop(): void {
    this.#order += 1
    this.#stopMeter()
    this.#stopMeter = () => {}
    this.#track?.stop()
    this.#track = null
    this.level.set(0)
    this.#state.set({ at: 'closed', problem: null })
  }

  async playTone(): Promise<void> {
    const before = this.value.at
    if (before !== 'ready' && before !== 'closed') return
    await this.#during('tone', () => this.#args.port.tone())
  }

  /** Records two seconds and plays them: the operator hears what a caller would hear. */
  async recordAndPlay(): Promise<void> {
    const track = this.#track
    if (this.value.at !== 'ready' || !track) return
    const order = this.#order
    let recording: ArrayBuffer | null = null
    await this.#during('recording', async () => {
      recording = await this.#args.port.record(track, recordMs)
    })
    if (recording && order === this.#order) {
      const bytes: ArrayBuffer = recording
      await this.#during('playing', () => this.#args.port.playBack(bytes))
    }
  }

  async #during(at: SoundTestValue['at'], action: () => Promise<void>): Promise<void> {
    const order = this.#order
    const before = this.value
    this.#state.patch({ at })
    try {
      await action()
    } catch {
      if (order === this.#order) this.#state.patch({ problem: 'unknown' })
    }
    if (order === this.#order) this.#state.patch({ at: before.at })
  }
}
