import { type Observable, Source } from '../view-model/index.ts'
import type { MicrophoneProblem, OpenMicrophone } from './microphone.port.ts'

export type MicrophoneValue =
  | { at: 'closed' }
  | { at: 'opening' }
  | { at: 'open'; track: MediaStreamTrack }
  | { at: 'failed'; problem: MicrophoneProblem }

export type MicrophoneArgs = {
  open: OpenMicrophone
  constraints: () => MediaTrackConstraints
}

/** The microphone of calls: open while it is wanted, opened again when its device goes away. */
export class Microphone implements Observable<MicrophoneValue> {
  readonly #args: MicrophoneArgs
  readonly #state = new Source<MicrophoneValue>({ at: 'closed' })
  /** Grows with every order, so that a late answer to an earlier one is recognised. */
  #order = 0

  constructor(args: MicrophoneArgs) {
    this.#args = args
  }

  get value(): MicrophoneValue {
    return this.#state.value
  }

  subscribe(listener: () => void): () => void {
    return this.#state.subscribe(listener)
  }

  /** Opens it, unless it is open or was refused; `reopen` also tries again after a refusal. */
  open(): void {
    if (this.value.at === 'closed') void this.#open()
  }

  /** Opens it anew: another device was chosen, plugged in or pulled. */
  reopen(): void {
    if (this.value.at !== 'closed') void this.#open()
  }

  close(): void {
    if (this.value.at === 'closed') return
    this.#order += 1
    this.#release()
    this.#state.set({ at: 'closed' })
  }

  /** Asks for the permission without keeping the microphone. Null when all is well. */
  async ask(): Promise<MicrophoneProblem | null> {
    const answer = await this.#args.open(this.#args.constraints())
    if (!answer.ok) return answer.problem
    answer.track.stop()
    return null
  }

  async #open(): Promise<void> {
    this.#order += 1
    const order = this.#order
    this.#release()
    this.#state.set({ at: 'opening' })
    const answer = await this.#args.open(this.#args.constraints())
    if (order !== this.#order) {
      if (answer.ok) answer.track.stop()
      return
    }
    if (!answer.ok) return this.#state.set({ at: 'failed', problem: answer.problem })
    answer.track.addEventListener('ended', () => {
      if (order === this.#order) this.reopen()
    })
    this.#state.set({ at: 'open', track: answer.track })
  }

  #release(): void {
    if (this.value.at === 'open') this.value.track.stop()
  }
}
