import { type KeyObject, sign } from 'node:crypto'

export type TestPassport = {
  key: KeyObject
  /** Where the signer's certificate is. */
  url: string
  attest?: string
  /** Digits with country code. */
  from: string
  to: string
  /** ms since the epoch. */
  signedAt: number
}

/** The value of an Identity header as a carrier writes it (RFC 8224 §4, RFC 8588). */
export function signTestPassport({ key, url, attest = 'A', from, to, signedAt }: TestPassport): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = encode({ alg: 'ES256', ppt: 'shaken', typ: 'passport', x5u: url })
  const iat = Math.floor(signedAt / 1000)
  const claims = encode({ attest, dest: { tn: [to] }, iat, orig: { tn: from }, origid: 'one' })
  const signed = `${header}.${claims}`
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')};info=<${url}>;alg=ES256;ppt=shaken`
}
