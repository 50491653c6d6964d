/**
 * A map of no more than `most` entries, in two generations: when the young one is full, the old one goes as a whole. So the more recent
 * half is always there, and nothing has to be searched for what is oldest.
 */
export class Recent<V> {
  readonly #half: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  constructor(most: number) {
    this.#half = Math.floor(most / 2)
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  set(key: string, value: V): void {
    this.#old.delete(key)
    this.#young.set(key, value)
    if (this.#young.size < this.#half) return
    this.#old = this.#young
    this.#young = new Map()
  }

  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  values(): V[] {
    return [...this.#young.values(), ...this.#old.values()]
  }
}
