import { addTicks, FRAME_MS, tickDistance } from '@ringdown/media'
import { SAMPLE_RATE } from './speech.ts'

const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000

/** The timestamps of a stream whose codec, and so whose clock, may change on the way, counted in our own samples. */
export class SampleTime {
  #clockRate = 0
  #timestamp = 0
  #samples = 0

  /** @param clockRate Hz of this timestamp */
  of(timestamp: number, clockRate: number): number {
    // RFC 7160: nothing tells where one clock's time is in the other's. The first packet follows the last one.
    if (clockRate === this.#clockRate) this.#move(tickDistance(this.#timestamp, timestamp))
    else this.#samples = addTicks(this.#samples, FRAME_SAMPLES)
    this.#clockRate = clockRate
    this.#timestamp = timestamp
    return this.#samples
  }

  #move(ticks: number): void {
    this.#samples = addTicks(this.#samples, Math.round((ticks * SAMPLE_RATE) / this.#clockRate))
  }
}
