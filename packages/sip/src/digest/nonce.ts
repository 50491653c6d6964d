/** What nonces need of a cryptographic library. */
export interface NonceCrypto {
  /**
   * A keyed hash (HMAC-SHA-256 or stronger) of text: letters and digits, `-` and `_`. The secret key must not outlive the
   * `NonceCounts` used with it, nor be shared with a process that has its own: counts that are lost let replays in.
   */
  readonly mac: (text: string) => string
  /** Unguessable, unique tokens (at least 64 random bits; letters and digits). */
  readonly newToken: () => string
  /** Whether two texts are equal, in a time that does not depend on where they differ. */
  readonly sameSecret: (one: string, other: string) => boolean
}

/** What a nonce is bound to. */
export interface NonceBinding {
  readonly realm: string
  /** Where the request came from: its IP address, without the port, which a telephone may change. */
  readonly source: string
}

const text = (issuedAt: string, token: string, { realm, source }: NonceBinding): string =>
  JSON.stringify([issuedAt, token, source, realm])

/** Makes a nonce that holds its time of issue and proves itself (RFC 7616 §3.3, §5.4): nothing is stored. `now` in ms. */
export function createNonce(of: { binding: NonceBinding; now: number; crypto: NonceCrypto }): string {
  const issuedAt = Math.floor(of.now).toString(36)
  const token = of.crypto.newToken()
  return `${issuedAt}.${token}.${of.crypto.mac(text(issuedAt, token, of.binding))}`
}

/** When a nonce of ours was issued, in ms; undefined for one that we did not make for this realm and source. */
export function issueTimeOf(of: {
  nonce: string
  binding: NonceBinding
  crypto: NonceCrypto
}): number | undefined {
  const [issuedAt = '', token = '', mac = '', ...rest] = of.nonce.split('.')
  if (rest.length > 0 || of.nonce.length > 256 || !/^[0-9a-z]{1,10}$/.test(issuedAt)) return undefined
  const genuine = of.crypto.sameSecret(of.crypto.mac(text(issuedAt, token, of.binding)), mac)
  return genuine ? Number.parseInt(issuedAt, 36) : undefined
}
