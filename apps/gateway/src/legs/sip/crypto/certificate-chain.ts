import { type KeyObject, X509Certificate } from 'node:crypto'

/** A certificate and those that lead from it to an authority, in any order behind the first. */
export type CertificateChain = readonly [X509Certificate, ...X509Certificate[]]

const MAX_CERTIFICATES = 6
const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/** Reads a PEM file with 1 to 6 certificates (RFC 8555 §9.1); undefined for anything else. */
export function readCertificates(pem: string): CertificateChain | undefined {
  const blocks = pem.match(PEM) ?? []
  if (blocks.length === 0 || blocks.length > MAX_CERTIFICATES) return undefined
  try {
    const [first, ...others] = blocks.map(block => new X509Certificate(block))
    return first && [first, ...others]
  } catch {
    return undefined
  }
}

/** DER of the object identifier 1.3.6.1.5.5.7.1.26 (RFC 8226 §9). */
const NUMBER_AUTHORITY = Buffer.from('06082b0601050507011a', 'hex')

export interface ChainPolicy {
  /** The certificates of the authorities that are believed. */
  readonly authorities: readonly X509Certificate[]
  /** Whether the signer's certificate must say for which numbers it speaks (TNAuthList, RFC 8226 §9). */
  readonly requireNumberAuthority: boolean
}

/**
 * Whether the first certificate may sign for callers at a time (ms): in force, no authority itself, a P-256 key (RFC 7518 §3.4), and
 * issued through authorities in force by one that is believed (RFC 8226 §4). Revocation is not asked for.
 */
export function isTrusted(chain: CertificateChain, policy: ChainPolicy, now: number): boolean {
  const [leaf, ...others] = chain
  if (leaf.ca || !isInForce(leaf, now) || !hasSigningKey(leaf)) return false
  if (policy.requireNumberAuthority && !leaf.raw.includes(NUMBER_AUTHORITY)) return false
  let current = leaf
  const left = others.filter(certificate => certificate.ca && isInForce(certificate, now))
  for (;;) {
    const subject = current
    if (policy.authorities.some(one => one.ca && isInForce(one, now) && issued(one, subject))) return true
    const at = left.findIndex(one => issued(one, subject))
    const [next] = at < 0 ? [] : left.splice(at, 1)
    if (next === undefined) return false
    current = next
  }
}

function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  const key = publicKeyOf(issuer)
  return key !== undefined && subject.checkIssued(issuer) && subject.verify(key)
}

/** Node throws at keys of kinds that it does not know. */
function publicKeyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey
  } catch {
    return undefined
  }
}

const isInForce = (certificate: X509Certificate, now: number): boolean =>
  certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime()

function hasSigningKey(certificate: X509Certificate): boolean {
  const key = publicKeyOf(certificate)
  return key?.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}
