import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Entry } from './journal.port.ts'

/**
 * Where entries go while the database is away: one JSON line each, fsynced before anyone acts on it.
 * Entries hold no personal data, so the file needs no sealing.
 */
export interface Spool {
  add(entry: Entry): void
  /** Entries in the order in which they were written. */
  entries(): Entry[]
  clear(): void
  readonly isEmpty: boolean
}

/**
 * @param onDamaged told how many lines hold no entry. They keep back no other; the file is kept beside, for a person to look at.
 */
export function openSpool(path: string, onDamaged: (lines: number) => void = () => {}): Spool {
  dropTornLine(path)
  const found = readLines(path)
  let count = found.entries.length
  if (found.damaged > 0) {
    copyFileSync(path, `${path}.damaged`)
    onDamaged(found.damaged)
  }
  return {
    add(entry) {
      const isNew = !existsSync(path)
      const file = openSync(path, 'a', 0o600)
      try {
        writeWhole(file, Buffer.from(`${JSON.stringify(entry)}\n`), isNew ? 0 : statSync(path).size)
      } finally {
        closeSync(file)
      }
      // A file whose name is not on the disk is lost with the power, however well its content is.
      if (isNew) syncFolder(path)
      count += 1
    },
    entries: () => readLines(path).entries,
    clear() {
      rmSync(path, { force: true })
      count = 0
    },
    get isEmpty() {
      return count === 0
    },
  }
}

/** All of it or nothing: half a line would spoil the next one. */
function writeWhole(file: number, bytes: Buffer, size: number): void {
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
    fsyncSync(file)
  } catch (error) {
    ftruncateSync(file, size)
    throw error
  }
}

/** The power went while it was written: nobody had acted on it yet. */
function dropTornLine(path: string): void {
  if (!existsSync(path)) return
  const bytes = readFileSync(path)
  truncateSync(path, bytes.lastIndexOf('\n') + 1)
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function readLines(path: string): { entries: Entry[]; damaged: number } {
  if (!existsSync(path)) return { entries: [], damaged: 0 }
  const lines = readFileSync(path, 'utf8').split('\n')
  lines.pop()
  const entries = lines.map(readEntry).filter(entry => entry !== undefined)
  return { entries, damaged: lines.length - entries.length }
}

function readEntry(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Entry> | null
    return typeof entry?.call === 'string' && entry.state && entry.writes ? (entry as Entry) : undefined
  } catch {
    return undefined
  }
}
