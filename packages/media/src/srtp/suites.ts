/** Protection profiles by their SDES names (RFC 4568 §6.2, RFC 7714 §14.2). */
export type SrtpSuite = 'AES_CM_128_HMAC_SHA1_80' | 'AES_CM_128_HMAC_SHA1_32' | 'AEAD_AES_256_GCM'

/** Lengths in bytes. */
export type SuiteLengths = {
  readonly isAead: boolean
  readonly key: number
  readonly salt: number
  readonly rtpTag: number
  readonly rtcpTag: number
}

export const SUITES: Readonly<Record<SrtpSuite, SuiteLengths>> = {
  AES_CM_128_HMAC_SHA1_80: { isAead: false, key: 16, salt: 14, rtpTag: 10, rtcpTag: 10 },
  // RFC 4568 §6.2.2: the short tag is for media only.
  AES_CM_128_HMAC_SHA1_32: { isAead: false, key: 16, salt: 14, rtpTag: 4, rtcpTag: 10 },
  AEAD_AES_256_GCM: { isAead: true, key: 32, salt: 12, rtpTag: 16, rtcpTag: 16 },
}

/** A master key with its salt behind it, as SDES carries them. */
export type SrtpMasterKey = {
  /** 30 bytes for AES_CM_128, 44 for AEAD_AES_256_GCM. */
  readonly keyAndSalt: Uint8Array
  /** Bytes of the identifier that stands in every packet of its sender; none when left out (RFC 3711 §3.1). */
  readonly mki?: Uint8Array
}
