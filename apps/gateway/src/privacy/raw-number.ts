import { inspect } from 'node:util'

const concealed = '[number]'

/**
 * A caller's number between the network and the vault. It cannot be printed, logged, joined to a string or
 * serialised: whatever tries gets `[number]`. Only `privacy/` can read it.
 */
export class RawNumber {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return concealed
  }

  toJSON(): string {
    return concealed
  }

  [Symbol.toPrimitive](): string {
    return concealed
  }

  [inspect.custom](): string {
    return concealed
  }

  /** Not exported by `privacy/index.ts`. */
  static read(number: RawNumber): string {
    return number.#text
  }
}
