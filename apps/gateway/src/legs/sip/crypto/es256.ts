import { type KeyObject, verify } from 'node:crypto'

/** Whether an ES256 signature (RFC 7518 §3.4: r and s, 32 bytes each) over ASCII text is right. */
export function verifyEs256(of: {
  readonly publicKey: KeyObject
  readonly signed: string
  readonly signature: Uint8Array
}): boolean {
  const { publicKey, signed, signature } = of
  return verify('sha256', Buffer.from(signed), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
}
