import { randomBytes } from 'node:crypto'

/** Unguessable: tags (RFC 3261 §19.3), branches, client nonces. 96 bits, hexadecimal. */
export const newToken = (): string => randomBytes(12).toString('hex')
