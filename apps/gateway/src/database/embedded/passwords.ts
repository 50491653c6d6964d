import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { RolePasswords } from '../roles.ts'

const passwordFile = z.object({ owner: z.string(), app: z.string(), engine: z.string(), auth: z.string() })

const pathIn = (dataDir: string) => join(dataDir, 'postgres-passwords.json')

/** The random passwords of the embedded server's roles: made once, readable by nobody else (0600). */
export async function rolePasswords(dataDir: string): Promise<RolePasswords> {
  const known = await readRolePasswords(dataDir)
  if (known) return known
  const random = () => randomBytes(24).toString('base64url')
  const made: RolePasswords = { owner: random(), app: random(), engine: random(), auth: random() }
  const draft = `${pathIn(dataDir)}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, JSON.stringify(made, null, 2), { mode: 0o600, flush: true })
  // link() fails where the file exists: of two first starts at once, both use the passwords of the first.
  await link(draft, pathIn(dataDir)).catch(rethrowUnless('EEXIST'))
  await rm(draft)
  return (await readRolePasswords(dataDir)) ?? made
}

async function readRolePasswords(dataDir: string): Promise<RolePasswords | undefined> {
  const text = await readFile(pathIn(dataDir), 'utf8').catch(rethrowUnless('ENOENT'))
  return text === undefined ? undefined : passwordFile.parse(JSON.parse(text))
}

export function rethrowUnless(...codes: string[]) {
  return (error: NodeJS.ErrnoException): undefined => {
    if (!codes.includes(error.code ?? '')) throw error
  }
}
