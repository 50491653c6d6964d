/** Longest line of the worker's socket, in characters: an offer of a browser is 4 kB, a snapshot of 1,000 endpoints 500 kB. */
const LONGEST_LINE = 4_000_000

/** Cuts a text stream into lines. Throws `RangeError` once a line grows beyond any message of the protocol. */
export class LineReader {
  #pending = ''

  /** @returns the lines completed by this chunk, without their line feed; empty lines are left out. */
  read(chunk: string): string[] {
    if (!chunk.includes('\n') && this.#pending.length + chunk.length > LONGEST_LINE) {
      throw new RangeError('a line is longer than any message')
    }
    const lines = (this.#pending + chunk).split('\n')
    this.#pending = lines.pop() ?? ''
    return lines.filter(line => line !== '')
  }
}

export function writeLine(message: object): string {
  return `${JSON.stringify(message)}\n`
}
