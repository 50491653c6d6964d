import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { MasterKey } from './master-key.ts'
import { PrivacyError } from './privacy.errors.ts'

/** What is sealed. Each purpose has a key of its own. */
export type SealPurpose =
  | 'caller-number'
  | 'carrier-token'
  | 'trunk-password'
  | 'device-password'
  | 'leg'
  | 'spool'
  | 'signature-cache'

/** `row` is the id of the row (or file) that holds the result: a value moved to another row does not open. */
export type SealedFor = { purpose: SealPurpose; row: string }

export interface Sealer {
  seal(order: SealedFor & { text: string }): Buffer
  /** @throws {PrivacyError} `privacy.unsealable`: another key, purpose or row, or a changed byte. */
  open(order: SealedFor & { sealed: Uint8Array }): string
}

/** version (1 byte), key id (4), nonce (12), tag (16), then the ciphertext. */
const version = 1
const headerBytes = 5
const nonceBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM (NIST SP 800-38D) with random nonces of 96 bits: §8.3 allows 2^32 messages per key, far above what one
 * purpose ever seals.
 */
export function createSealer(master: MasterKey): Sealer {
  const keys = new Map<SealPurpose, Buffer>()
  const keyFor = (purpose: SealPurpose) => {
    const key = keys.get(purpose) ?? master.derive(`seal ${purpose}`)
    keys.set(purpose, key)
    return key
  }
  const header = Buffer.concat([
    Buffer.of(version),
    Buffer.from(master.id, 'hex').subarray(0, headerBytes - 1),
  ])
  const bound = ({ purpose, row }: SealedFor) => Buffer.concat([header, Buffer.from(`${purpose}\0${row}`)])
  return {
    seal(order) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', keyFor(order.purpose), nonce).setAAD(bound(order))
      const text = Buffer.concat([cipher.update(order.text, 'utf8'), cipher.final()])
      return Buffer.concat([header, nonce, cipher.getAuthTag(), text])
    },
    open(order) {
      const sealed = Buffer.from(order.sealed)
      if (!sealed.subarray(0, headerBytes).equals(header)) throw unsealable(order.purpose)
      const nonce = sealed.subarray(headerBytes, headerBytes + nonceBytes)
      const tag = sealed.subarray(headerBytes + nonceBytes, headerBytes + nonceBytes + tagBytes)
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyFor(order.purpose), nonce, {
          authTagLength: tagBytes,
        })
        decipher.setAAD(bound(order)).setAuthTag(tag)
        const text = decipher.update(sealed.subarray(headerBytes + nonceBytes + tagBytes))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch {
        throw unsealable(order.purpose)
      }
    },
  }
}

function unsealable(purpose: SealPurpose): PrivacyError {
  return new PrivacyError(
    'privacy.unsealable',
    `A sealed ${purpose} does not open: it was sealed with another master key, for another row, or was changed`,
  )
}
