/** A value that can be read at any time and watched. View models are made of these; React reads them through `useValue`. */
export interface Observable<T> {
  readonly value: T
  /** Calls `listener` after every change. Returns the end of the subscription. */
  subscribe(listener: () => void): () => void
}

/** An observable that its owner sets. Setting the value it already has tells nobody. */
export class Source<T> implements Observable<T> {
  #value: T
  readonly #listeners = new Set<() => void>()

  constructor(value: T) {
    this.#value = value
  }

  get value(): T {
    return this.#value
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }

  /** Changes some fields of an object value. */
  patch(fields: Partial<T>): void {
    this.set({ ...this.#value, ...fields })
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
