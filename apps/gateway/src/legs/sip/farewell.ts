/** What the far end of a leg has still to hear of the end. A word counts as heard when it was answered, or given up. */
export class Farewell {
  #owed = 0
  #waiting: (() => void)[] = []

  /** One word more; the returned function says that it was heard. */
  owe(): () => void {
    this.#owed += 1
    let isHeard = false
    return () => {
      if (isHeard) return
      isHeard = true
      this.#owed -= 1
      if (this.#owed === 0) for (const done of this.#waiting.splice(0)) done()
    }
  }

  /** Resolves when nothing is owed. */
  over(): Promise<void> {
    return this.#owed > 0 ? new Promise(resolve => this.#waiting.push(resolve)) : Promise.resolve()
  }
}
