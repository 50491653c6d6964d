/** Things that arrive, and whoever waits for one of them. */
export class Inbox<Item> {
  readonly items: Item[] = []
  readonly #waiting = new Set<() => void>()

  add(item: Item): void {
    this.items.push(item)
    for (const check of [...this.#waiting]) check()
  }

  /** Waits for the first item, arrived or to come, that fits; it stays in the inbox. */
  next<Fit extends Item>(fits: (item: Item) => item is Fit): Promise<Fit>
  next(fits: (item: Item) => boolean): Promise<Item>
  next(fits: (item: Item) => boolean): Promise<Item> {
    return this.until(items => items.find(fits))
  }

  /** Waits until `find` finds something in what has arrived. */
  until<Found>(find: (items: Item[]) => Found | undefined): Promise<Found> {
    return new Promise(resolve => {
      const check = () => {
        const found = find(this.items)
        if (found === undefined) return
        this.#waiting.delete(check)
        resolve(found)
      }
      this.#waiting.add(check)
      check()
    })
  }

  clear(): void {
    this.items.length = 0
  }
}
