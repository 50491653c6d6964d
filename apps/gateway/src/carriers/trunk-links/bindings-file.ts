import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { BindingStore } from './bindings.ts'

const stored = z.array(
  z.object({ trunk: z.string(), host: z.string(), address: z.string(), until: z.number() }),
)

/** A file of this node. What is damaged counts as nothing: hosts say it anew within a registration's time. */
export function createBindingsFile(path: string, onTrouble: (error: unknown) => void): BindingStore {
  return {
    read() {
      try {
        return stored.parse(JSON.parse(readFileSync(path, 'utf8')))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onTrouble(error)
        return []
      }
    },
    write(bindings) {
      try {
        writeFileSync(`${path}.new`, JSON.stringify(bindings), { mode: 0o600 })
        renameSync(`${path}.new`, path)
      } catch (error) {
        onTrouble(error)
      }
    },
  }
}
