import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContext } from 'node:tls'
import { TlsFilesError } from './transport.errors.ts'

/** Paths of a certificate chain and its key, PEM. */
export type TlsPaths = { certificate: string; key: string }

const variables = { certificate: 'RINGDOWN_SIP_TLS_CERT', key: 'RINGDOWN_SIP_TLS_KEY' } as const

export type TlsIdentity = { cert: Buffer; key: Buffer; context: SecureContext }

/** Certificate and key from files that may be exchanged while we run. Throws {@link TlsFilesError}. */
export class TlsFiles {
  readonly #paths: TlsPaths
  readonly #onTrouble: () => void
  #stamp: string
  #identity: TlsIdentity

  constructor(paths: TlsPaths, onTrouble: () => void) {
    this.#paths = paths
    this.#onTrouble = onTrouble
    this.#stamp = stampOf(paths)
    this.#identity = read(paths)
  }

  /** Of the files as they are now. While they cannot be used, what they were before stays in force. */
  current(): TlsIdentity {
    const stamp = stampOf(this.#paths)
    if (stamp === this.#stamp) return this.#identity
    this.#stamp = stamp
    try {
      this.#identity = read(this.#paths)
    } catch {
      this.#onTrouble()
    }
    return this.#identity
  }
}

function read(paths: TlsPaths): TlsIdentity {
  const [cert, key] = [readPart(paths, 'certificate'), readPart(paths, 'key')]
  try {
    return { cert, key, context: createSecureContext({ cert, key, minVersion: 'TLSv1.2' }) }
  } catch {
    throw new TlsFilesError(
      `${variables.certificate} and ${variables.key} must be PEM files of a certificate and of its own key: ` +
        `${paths.certificate} and ${paths.key} are not`,
    )
  }
}

function readPart(paths: TlsPaths, part: keyof TlsPaths): Buffer {
  try {
    return readFileSync(paths[part])
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`
    throw new TlsFilesError(`${variables[part]} names ${paths[part]}, but ${why}`)
  }
}

/** Differs when a file was written or another was put in its place. */
function stampOf(paths: TlsPaths): string {
  const files = [paths.certificate, paths.key].map(path => statSync(path, { throwIfNoEntry: false }))
  return files.map(file => `${file?.ino} ${file?.mtimeMs} ${file?.size}`).join(', ')
}
