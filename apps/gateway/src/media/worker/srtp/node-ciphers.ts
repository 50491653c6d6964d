import { type Cipheriv, createCipheriv, createDecipheriv, hash } from 'node:crypto'
import type { Aead, Authenticator, KeyStream, SrtpCiphers } from '@ringdown/media'

const BLOCK = 16
/** Of SHA-1. */
const HASH_BLOCK = 64
const HASH_BYTES = 20
/** The longest packet that is passed on. */
const MOST_BLOCKS = Math.ceil(1500 / BLOCK)

/** The ciphers of SRTP from OpenSSL, on the worker's own thread: a packet is too small to be worth another. */
export const nodeCiphers: SrtpCiphers = { keyStream, authenticator, aead }

// Setting up a cipher costs more than a packet's worth of AES: one in ECB mode per key makes the key stream of all packets
// from their counter blocks (NIST SP 800-38A §6.5).
function keyStream(key: Uint8Array): KeyStream {
  const cipher: Cipheriv = createCipheriv(key.length === 16 ? 'aes-128-ecb' : 'aes-256-ecb', key, null)
  cipher.setAutoPadding(false)
  const counters = new Uint8Array(MOST_BLOCKS * BLOCK)
  return (counter, data) => {
    for (let at = 0; at < data.length; at += counters.length) {
      const part = data.subarray(at, at + counters.length)
      const blocks = Math.ceil(part.length / BLOCK)
      writeCounters(counters, { counter, first: at / BLOCK, blocks })
      const stream = cipher.update(counters.subarray(0, blocks * BLOCK))
      for (let i = 0; i < part.length; i++) part[i]! ^= stream[i]!
    }
  }
}

type Counters = { counter: Uint8Array; first: number; blocks: number }

// The last two bytes count; RFC 3711 §4.1.1 leaves them zero at the start, and no packet is long enough to overflow them.
function writeCounters(target: Uint8Array, { counter, first, blocks }: Counters): void {
  const start = (counter[14]! << 8) | counter[15]!
  for (let block = 0; block < blocks; block++) {
    const at = block * BLOCK
    target.set(counter, at)
    const count = start + first + block
    target[at + 14] = count >>> 8
    target[at + 15] = count
  }
}

// HMAC as RFC 2104 §2 writes it, of two hashes in one shot: measured a fifth of what an Hmac object costs per packet.
function authenticator(key: Uint8Array): Authenticator {
  const padded = new Uint8Array(HASH_BLOCK)
  padded.set(key)
  let inner = new Uint8Array(HASH_BLOCK + 2048)
  const outer = new Uint8Array(HASH_BLOCK + HASH_BYTES)
  inner.set(padded.map(byte => byte ^ 0x36))
  outer.set(padded.map(byte => byte ^ 0x5c))
  return (first, second) => {
    const end = HASH_BLOCK + first.length
    const length = end + second.length
    if (length > inner.length) {
      const longer = new Uint8Array(length)
      longer.set(inner.subarray(0, HASH_BLOCK))
      inner = longer
    }
    inner.set(first, HASH_BLOCK)
    inner.set(second, end)
    outer.set(hash('sha1', inner.subarray(0, length), 'buffer'), HASH_BLOCK)
    return hash('sha1', outer, 'buffer')
  }
}

function aead(key: Uint8Array): Aead {
  return {
    seal: (nonce, associated, data, tag) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(associated)
      data.set(cipher.update(data))
      cipher.final()
      tag.set(cipher.getAuthTag())
    },
    open: (nonce, associated, data, tag) => {
      const cipher = createDecipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(associated)
      cipher.setAuthTag(tag)
      const clear = cipher.update(data)
      try {
        cipher.final()
      } catch {
        return false
      }
      data.set(clear)
      return true
    },
  }
}
