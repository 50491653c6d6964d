import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The authorities cannot be read. `message` is a sentence for whoever set the variable. */
export class AuthoritiesError extends Error {
  readonly code = 'sip.identity-authorities'

  constructor(message: string) {
    super(message)
    this.name = 'AuthoritiesError'
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * The certificates of the authorities that may vouch for carriers, such as those of the list that the STI-PA publishes, from a PEM file.
 * Throws {@link AuthoritiesError}.
 */
export function readAuthorities(path: string): readonly X509Certificate[] {
  const authorities = (readText(path).match(PEM) ?? []).map(pem => parse(pem, path))
  if (authorities.length === 0) throw wrong(path, 'but no certificate in PEM is in it')
  if (authorities.some(one => !one.ca))
    throw wrong(path, 'but one of its certificates is none of an authority')
  return authorities
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw wrong(path, code === 'ENOENT' ? 'but there is no such file' : `but it cannot be read (${code})`)
  }
}

function parse(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw wrong(path, 'but one of its certificates cannot be read')
  }
}

const wrong = (path: string, why: string) =>
  new AuthoritiesError(`RINGDOWN_IDENTITY_AUTHORITIES names ${path}, ${why}`)
