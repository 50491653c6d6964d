import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Whose calls are ours to take up: made once, kept in the data folder. Another control on the same database has another
 * folder, and so another id; whoever comes after us in this folder is us.
 *
 * @throws what the file system says, and when the file holds something else.
 */
export async function nodeIdIn(dataDir: string): Promise<string> {
  const path = join(dataDir, 'node-id')
  const made = `node-${randomBytes(9).toString('base64url')}`
  try {
    await writeFile(path, `${made}\n`, { flag: 'wx', flush: true, mode: 0o644 })
    return made
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const kept = (await readFile(path, 'utf8')).trim()
  if (!/^node-[\w-]{12}$/.test(kept)) {
    throw new Error(`${path} holds no node id: restore it from a backup, or remove it to begin as a new node`)
  }
  return kept
}
