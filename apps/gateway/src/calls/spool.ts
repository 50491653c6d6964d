import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import type { Entry } from './journal.port.ts'

/**
 * Where entries go while the database is away: one JSON line each, fsynced before anyone acts on it.
 * Entries hold no personal data, so the file needs no sealing.
 */
export interface Spool {
  add(entry: Entry): void
  /** Entries in the order in which they were written. A torn last line (power loss) was never acted on and is dropped. */
  entries(): Entry[]
  clear(): void
  readonly isEmpty: boolean
}

export function openSpool(path: string): Spool {
  let count = existsSync(path) ? readLines(path).length : 0
  return {
    add(entry) {
      const file = openSync(path, 'a', 0o600)
      try {
        writeSync(file, `${JSON.stringify(entry)}\n`)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      count += 1
    },
    entries: () => (existsSync(path) ? readLines(path) : []),
    clear() {
      // Renamed first: a crash between the two leaves either the whole file or none.
      if (existsSync(path)) {
        renameSync(path, `${path}.done`)
        rmSync(`${path}.done`)
      }
      count = 0
    },
    get isEmpty() {
      return count === 0
    },
  }
}

function readLines(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  lines.pop()
  return lines.map(line => JSON.parse(line) as Entry)
}
