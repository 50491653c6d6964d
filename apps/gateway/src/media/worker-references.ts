import { createHmac } from 'node:crypto'

/** Bytes of the digest in a reference: enough that nobody finds another one. */
const REFERENCE_BYTES = 16

/**
 * Names workers in the URLs of carrier streams without saying how many there are. The same key gives the same names,
 * so that a restarted control knows those its predecessor handed out.
 */
export class WorkerReferences {
  readonly #references: readonly string[]
  readonly #workers: ReadonlyMap<string, number>

  constructor(options: { key: Buffer; workers: number }) {
    this.#references = Array.from({ length: options.workers }, (_, worker) =>
      createHmac('sha256', options.key)
        .update(`media worker ${worker}`)
        .digest()
        .subarray(0, REFERENCE_BYTES)
        .toString('base64url'),
    )
    this.#workers = new Map(this.#references.map((reference, worker) => [reference, worker]))
  }

  /** @throws RangeError for a worker that does not exist */
  of(worker: number): string {
    const reference = this.#references[worker]
    if (reference === undefined) throw new RangeError(`there is no media worker ${worker}`)
    return reference
  }

  workerOf(reference: string): number | undefined {
    return this.#workers.get(reference)
  }
}
