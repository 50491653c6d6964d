import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import type { SrtpCiphers } from '@ringdown/media'

/** The ciphers of SRTP, each packet by itself and as the standards write them: what the gateway's quicker ones are checked against. */
export const plainCiphers: SrtpCiphers = {
  keyStream: key => (counter, data) => {
    const cipher = createCipheriv(key.length === 16 ? 'aes-128-ctr' : 'aes-256-ctr', key, counter)
    data.set(cipher.update(data))
  },
  authenticator: key => (first, second) => createHmac('sha1', key).update(first).update(second).digest(),
  aead: key => ({
    seal(nonce, associated, data, tag) {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated)
      data.set(cipher.update(data))
      cipher.final()
      tag.set(cipher.getAuthTag())
    },
    open(nonce, associated, data, tag) {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(associated).setAuthTag(tag)
      const clear = decipher.update(data)
      try {
        decipher.final()
      } catch {
        return false
      }
      data.set(clear)
      return true
    },
  }),
}
