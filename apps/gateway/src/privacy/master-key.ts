import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MasterKeySource } from '../config/index.ts'
import { PrivacyError } from './privacy.errors.ts'

/** Everything secret is derived from it; it never leaves this folder. */
export type MasterKey = {
  /** Names the key without telling anything about it: 16 hexadecimal digits. */
  id: string
  /** HKDF (RFC 5869) with SHA-256: an independent key of 32 bytes per purpose. */
  derive(purpose: string): Buffer
}

const keyBytes = 32

/**
 * Reads the master key, or makes it at the first start when it is ours to make. The data folder remembers the id of the
 * key it was first used with, so that a wrong or lost key is noticed before anything is written with another one.
 *
 * @throws {PrivacyError}
 */
export async function loadMasterKey(order: { source: MasterKeySource; dataDir: string }): Promise<MasterKey> {
  const { source, dataDir } = order
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const knownId = await readIfThere(join(dataDir, 'master-key-id'))
  const key = masterKey(await readKey({ source, knownId }))
  if (knownId !== undefined && knownId !== key.id) {
    throw new PrivacyError(
      'privacy.key-wrong',
      `This is the master key ${key.id}, but ${dataDir} was used with ${knownId}: set RINGDOWN_MASTER_KEY_FILE to that one`,
    )
  }
  if (knownId === undefined) await writeNew(join(dataDir, 'master-key-id'), key.id)
  return key
}

async function readKey(order: { source: MasterKeySource; knownId: string | undefined }): Promise<Buffer> {
  const { source, knownId } = order
  switch (source.type) {
    case 'value':
      return decode(source.value, 'RINGDOWN_MASTER_KEY')
    case 'file': {
      const text = await readIfThere(source.path)
      if (text === undefined) {
        throw new PrivacyError(
          'privacy.key-missing',
          `RINGDOWN_MASTER_KEY_FILE: there is no file ${source.path}`,
        )
      }
      return decode(text, source.path)
    }
    case 'own':
      return knownId === undefined
        ? makeOwnKey(source.folder)
        : readOwnKey({ folder: source.folder, id: knownId })
  }
}

const ownPath = (folder: string, id: string) => join(folder, `master-${id}.key`)

async function readOwnKey(order: { folder: string; id: string }): Promise<Buffer> {
  const path = ownPath(order.folder, order.id)
  const text = await readIfThere(path)
  if (text !== undefined) return decode(text, path)
  throw new PrivacyError(
    'privacy.key-missing',
    `The master key of this data folder is missing: put it back at ${path}, or set RINGDOWN_MASTER_KEY_FILE to it. ` +
      'Without it the stored numbers and tokens cannot be read',
  )
}

async function makeOwnKey(folder: string): Promise<Buffer> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const bytes = randomBytes(keyBytes)
  await writeNew(ownPath(folder, masterKey(bytes).id), bytes.toString('base64'))
  return bytes
}

function decode(text: string, where: string): Buffer {
  const bytes = Buffer.from(text.trim(), 'base64')
  if (bytes.length === keyBytes) return bytes
  throw new PrivacyError(
    'privacy.key-malformed',
    `${where} must hold 32 random bytes in base64; make them with: openssl rand -base64 32`,
  )
}

export function masterKey(bytes: Buffer): MasterKey {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', bytes, 'ringdown', purpose, keyBytes))
  return { id: createHmac('sha256', derive('key id')).digest('hex').slice(0, 16), derive }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Readable by nobody else, on disk when it resolves, never over an existing file. */
async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${text}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
