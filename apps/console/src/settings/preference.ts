import { type Observable, Source } from '../view-model/index.ts'

/** Where preferences live: `localStorage`, or a map in tests. */
export type PreferenceStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** One choice of this browser's user, kept under `ringdown.<name>` on this computer only. */
export class Preference<T extends string | null> implements Observable<T> {
  readonly #store: PreferenceStore
  readonly #key: string
  readonly #source: Source<T>

  constructor(args: {
    store: PreferenceStore
    name: string
    /** Turns what was stored (null: nothing) into a value: whatever it is, the result is valid. */
    parse: (stored: string | null) => T
  }) {
    this.#store = args.store
    this.#key = `ringdown.${args.name}`
    this.#source = new Source(args.parse(read(args.store, this.#key)))
  }

  get value(): T {
    return this.#source.value
  }

  subscribe(listener: () => void): () => void {
    return this.#source.subscribe(listener)
  }

  set(value: T): void {
    try {
      if (value === null) this.#store.removeItem(this.#key)
      else this.#store.setItem(this.#key, value)
    } catch {
      // A browser that stores nothing (private window, full disk) still obeys until the page is closed.
    }
    this.#source.set(value)
  }
}

function read(store: PreferenceStore, key: string): string | null {
  try {
    return store.getItem(key)
  } catch {
    return null
  }
}

/** A parser for a closed list of values; anything else becomes the first. */
export function oneOf<T extends string>(first: T, ...others: T[]): (stored: string | null) => T {
  return stored => [first, ...others].find(value => value === stored) ?? first
}
