import type { Kind } from './corpus.ts'

/** Something pure that reads what a stranger sends. Whatever it throws is a finding. */
export type Reader = {
  kinds: readonly Kind[]
  name: string
  /** Reads the inputs of a round one after the other, with no memory of other rounds. */
  read: (inputs: readonly Uint8Array[]) => void
}

/** For a reader that has no memory at all. */
export const one =
  (read: (bytes: Uint8Array) => void) =>
  (inputs: readonly Uint8Array[]): void => {
    for (const bytes of inputs) read(bytes)
  }

/** @throws Error when they differ */
export function expectSame(first: Uint8Array, second: Uint8Array, what: string): void {
  if (Buffer.compare(first, second) !== 0) throw new Error(`${what} is not the same`)
}
