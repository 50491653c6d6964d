import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Unix socket's path may have 107 bytes (unix(7)); this much is left for the folder. */
const longestFolder = 80

/** Another Ringdown has this data directory. */
export class DataDirectoryTaken extends Error {
  readonly code = 'supervision.data-directory-taken'
  constructor(dataDir: string) {
    super(`Another Ringdown is running on ${dataDir}: stop it first, or set RINGDOWN_DATA to another folder`)
    this.name = 'DataDirectoryTaken'
  }
}

/** Makes the data directory and the folder for sockets and the record of children; returns the latter's path. */
export function openRunDirectory(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const inside = join(realpathSync(dataDir), 'run')
  const isShort = Buffer.byteLength(inside) <= longestFolder
  const folder = isShort ? inside : join(tmpdir(), `ringdown-${nameOf(dataDir)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  // Somebody else may have made the folder in /tmp before us, to be given our sockets.
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${folder} must be a folder that belongs to the user who runs Ringdown`)
  }
  chmodSync(folder, 0o700)
  return folder
}

/**
 * Takes the data directory until the process ends, however it ends: the lock is a socket in Linux's abstract
 * namespace, which the kernel removes with its owner. Rejects with {@link DataDirectoryTaken}.
 */
export async function takeDataDirectory(dataDir: string): Promise<Server> {
  const server = createServer(socket => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      reject(isTaken ? new DataDirectoryTaken(dataDir) : error)
    })
    server.listen(`\0ringdown-${nameOf(dataDir)}`, resolve)
  })
  server.unref()
  return server
}

function nameOf(dataDir: string): string {
  const { dev, ino } = statSync(dataDir)
  return createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 16)
}
